/** Blocks the first paint for a moment, so that a chosen theme never flashes. */
const script = `try{var t=localStorage.getItem('runfolio-theme');if(t==='light'||t==='dark')document.documentElement.setAttribute('data-theme',t)}catch(e){}
`;

export function GET(): Response {
  return new Response(script, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
}
