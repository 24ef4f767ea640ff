// The start.
theme.start();
panels.start();
map.start();
tree.start();
search.start();
document.documentElement.dataset.ready = 'true';
