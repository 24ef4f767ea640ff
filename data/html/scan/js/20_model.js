// The report as rows of one shape, whatever kind a finding is of.
const report = JSON.parse($('data').textContent);
const LEVELS = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];

const layerName = (layer) => (layer ? `layer ${layer.index + 1}` : '');
function placeOf(layer) {
  if (!layer) return '';
  if (layer.place) return `${layer.place.file}:${layer.place.first_line}`;
  return layer.is_base ? 'base image' : layerName(layer);
}

function secretSubject(finding) {
  if (finding.place === 'environment') return `variable ${finding.name}`;
  if (finding.place === 'label') return `label ${finding.name}`;
  if (finding.place === 'history') return 'history';
  return finding.path + (finding.line ? `:${finding.line}` : '');
}

const vulnerability = (f) => ({
  kind: 'vulnerability', id: f.id, level: f.severity.level, subject: f.package.name, version: f.package.version,
  fixed: f.fixed_version, layer: f.package.layer, title: f.summary, url: f.url, help: f.remedy, epss: f.epss,
  score: f.severity.score, exploited: f.exploited_since, suppressed: f.suppressed,
  facts: [['CVSS', f.severity.cvss && `${f.severity.score ?? ''} ${f.severity.cvss}`], ['Level by', f.severity.source],
    ['EPSS', f.epss === null ? null : `${(100 * f.epss).toFixed(1)} %, above ${(100 * (f.epss_percentile ?? 0)).toFixed(0)} % of all`],
    ['Exploited since', f.exploited_since && `${f.exploited_since}${f.ransomware ? ', by ransomware' : ''}`],
    ['Exploitation', f.exploitation], ['Other names', f.aliases.join(', ')], ['Advisories', f.advisories.join(', ')],
    ['Package', f.package.purl], ['Record', f.package.path], ['Published', f.published],
    ['Use', {needed: 'needed by what is started', possible: 'what is started can ask for it', unused: 'not used by what is started'}[f.usage]],
    ['VEX', f.vex_status && `${f.vex_status} ${f.vex_justification ?? ''}`]],
});
const secret = (f) => ({
  kind: 'secret', id: f.rule, level: f.level, subject: secretSubject(f), version: f.masked, fixed: null, layer: f.layer,
  title: f.title, url: null, help: f.remedy, epss: null, score: null, exploited: null, suppressed: f.suppressed, deleted: f.deleted,
  facts: [['Masked', f.masked], ['Category', f.category], ['Fingerprint', f.fingerprint],
    ['Deleted', f.deleted ? `but recoverable from ${layerName(f.layer)}` : null]],
});
const check = (f) => ({
  kind: 'check', id: f.id, level: f.level, subject: f.path ?? 'the image', version: '', fixed: null, layer: f.layer,
  title: f.title, url: f.url, help: f.remedy, epss: null, score: null, exploited: null, suppressed: f.suppressed, instruction: f.place,
  facts: [...f.evidence.map((fact, i) => [i === 0 ? 'Evidence' : '', fact]), ['Other names', f.aliases.join(', ')]],
});

const rows = [
  ...report.findings.map(vulnerability), ...report.secrets.map(secret), ...report.checks.map(check),
  ...report.suppressed.map(vulnerability), ...report.suppressed_secrets.map(secret), ...report.suppressed_checks.map(check),
].map((row, index) => {
  const place = row.instruction ? `${row.instruction.file}:${row.instruction.first_line}` : placeOf(row.layer);
  const text = [row.id, row.subject, row.version, row.fixed, row.title, row.help, place, row.suppressed,
    ...row.facts.map((fact) => fact[1])].filter(Boolean).join('\n').toLowerCase();
  return {...row, index, place, text, rank: LEVELS.indexOf(row.level)};
});
const counts = (list) => LEVELS.map((level) => list.filter((row) => row.level === level).length);
const levelChip = (level) => el('span', {class: `level level-${level}`}, level);
