// The start.
function search() {
  filter.words = $('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  drawReasons(true);
  drawPackages(true);
  drawMisses();
  drawPrograms();
}
theme.start();
drawHead();
drawTiers();
drawProof();
drawTime();
drawFates();
search();
$('search').addEventListener('input', search);
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  $('search').focus();
});
const companion = report.debug_companion;
const debugging = companion ? [`debug companion: ${companion.name}, with ${companion.tools_from}${companion.command ? `; ${companion.command}` : ''}`] : [];
const notes = [...report.notes, ...debugging, ...report.written.map((place) => `written: ${place}`)];
$('notes-card').hidden = notes.length === 0;
$('notes').replaceChildren(...notes.map((note) => el('li', {}, note)));
$('made-by').textContent = `Made by whittle ${report.tool.version}. Nothing on this page is loaded from a network.`;
document.documentElement.dataset.ready = 'true';
