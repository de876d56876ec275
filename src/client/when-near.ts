/** Calls `wake` once, when an element comes within 400 px of the window. */
export function whenNear(element: Element, wake: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      wake();
    },
    { rootMargin: '400px' },
  );
  observer.observe(element);
}
