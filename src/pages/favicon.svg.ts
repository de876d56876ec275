const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b5cad"/><path d="M3.5 3v9.5H13M5.5 10c2-.2 2-4.5 4-4.5 1.4 0 1.4 1.6 3.3 1.8" fill="none" stroke="#fff" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>
`;

export function GET(): Response {
  return new Response(picture, { headers: { 'content-type': 'image/svg+xml' } });
}
