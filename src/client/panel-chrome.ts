// What stands around charts once they are drawn: settings, menus, full screen. A chunk of its own, so that no chart waits for it.
export { showControls } from './chart-controls.ts';
export { addPanelMenu } from './panel-menu.ts';
