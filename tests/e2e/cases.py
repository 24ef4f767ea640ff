"""End-to-end tests of `whittle optimize`: the whole path on every engine, and every kind of bad input."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

import support
from support import fingerprint, report

world = None  # set by run.py

HTTP = ('--http-probe', '/app/index.html=>200')


class Base(unittest.TestCase):
    def engines(self):
        if not world.engines:
            self.skipTest('no container engine: ' + '; '.join(f'{k}: {v}' for k, v in sorted(world.reasons.items())))
        return world.engines

    def engine(self):
        return self.engines()[0]

    def out(self):
        return world.folder / 'out' / self.id().split('.')[-1]

    def assert_nothing_left(self):
        self.assertEqual(world.temp_leftovers(), [])
        for engine in world.engines:
            self.assertEqual(engine.leftovers(), [], engine.name)

    def assert_refused(self, outcome, *texts):
        self.assertEqual(outcome.code, 2, outcome)
        self.assertEqual(outcome.stdout, '', outcome)
        for text in texts:
            self.assertIn(text, outcome.stderr)
        self.assertRegex(outcome.stderr, r'(?m)^whittle: ')


class WholePath(Base):
    def optimize(self, engine, project, out, *options):
        outcome = world.run('optimize', project, '--engine', engine.name, '--output', out, '--tag', 'e2e-result:1', *options)
        self.assertEqual(outcome.code, 0, outcome)
        return report(out)

    def test_every_engine_gives_the_same_dockerfile_patch_and_verdict(self):
        results = {}
        for engine in self.engines():
            project = world.tiny('same')
            before = fingerprint(project)
            out = self.out() / engine.name
            got = self.optimize(engine, project, out, *HTTP)
            self.assertEqual(fingerprint(project), before, 'the project was touched')
            self.assertEqual(got['verdict'], 'improved')
            self.assertIn('e2e-result:1', ' '.join(engine.images()))
            engine.remove('e2e-result:1')
            names = ('Dockerfile', '.dockerignore', 'changes.patch')
            results[engine.name] = tuple((out / name).read_text() for name in names) + (got['verdict'],)
        self.assertEqual(len(set(results.values())), 1, results)
        if len(results) < 2:
            self.skipTest(f'only {list(results)} answers; nothing to compare with')

    def test_measures_agree_with_the_engine(self):
        engine = self.engine()
        if engine.name != 'docker':
            self.skipTest('needs docker, whose sizes are compared')
        project = world.tiny('measured')
        got = self.optimize(engine, project, self.out(), *HTTP)
        size = subprocess.run(['docker', 'image', 'inspect', '-f', '{{.Size}}', 'e2e-result:1'], capture_output=True, text=True)
        # overlay2 adds the lengths of symbolic links' targets: one link to "busybox" per applet
        self.assertEqual(got['after']['image_bytes'], int(size.stdout) - support.applet_count() * len('busybox'))
        # by hand: the lists (512 KiB) and the pack (300 000 bytes) are gone
        self.assertGreaterEqual(got['before']['image_bytes'] - got['after']['image_bytes'], 512 * 1024 + 300_000)
        saved = sum(change['measured_saving_bytes'] or 0 for change in got['changes'] if change['status'] == 'applied')
        self.assertEqual(saved + got['unattributed_bytes'], got['before']['image_bytes'] - got['after']['image_bytes'])
        self.assertGreater(got['before']['rebuild_seconds'], 0)
        self.assertGreater(got['after']['rebuild_seconds'], 0)
        engine.remove('e2e-result:1')

    def test_patch_applies_and_in_place_equals_it(self):
        engine = self.engine()
        project = world.tiny('patched')
        self.optimize(engine, project, self.out(), *HTTP)
        copy = world.tiny('patched-copy')
        subprocess.run(['patch', '-p1', '-s', '-i', str(self.out() / 'changes.patch')], cwd=copy, check=True)
        engine.remove('e2e-result:1')
        self.optimize(engine, project, self.out(), '--in-place', *HTTP)
        for name in ('Dockerfile', '.dockerignore'):
            self.assertEqual((copy / name).read_text(), (project / name).read_text(), name)
        self.assertTrue((project / '.env').exists())
        engine.remove('e2e-result:1')

    def test_a_change_that_breaks_the_probe_is_taken_back_alone(self):
        engine = self.engine()
        project = world.tiny('probe-breaks')
        got = self.optimize(engine, project, self.out(), '--unsafe', *HTTP, '--http-probe', '/usr/share/tool/recommended=>200')
        taken = [change for change in got['changes'] if change['status'] == 'taken-back']
        self.assertEqual([change['rule'] for change in taken], ['apt-no-recommends'])
        self.assertIn('404', taken[0]['why'])
        self.assertGreater(len([change for change in got['changes'] if change['status'] == 'applied']), 2)
        self.assertNotIn('--no-install-recommends', (self.out() / 'Dockerfile').read_text())
        engine.remove('e2e-result:1')

    def test_a_change_that_breaks_the_build_is_taken_back_alone(self):
        engine = self.engine()
        dockerfile = support.DOCKERFILE.replace('EXPOSE', 'RUN cat /usr/share/tool/recommended > /dev/null\nEXPOSE')
        project = world.tiny('build-breaks', dockerfile)
        got = self.optimize(engine, project, self.out(), '--unsafe', *HTTP)
        taken = [change for change in got['changes'] if change['status'] == 'taken-back']
        self.assertEqual([change['rule'] for change in taken], ['apt-no-recommends'])
        self.assertIn('recommended', taken[0]['why'])
        engine.remove('e2e-result:1')

    def test_nothing_is_left_behind(self):
        for engine in self.engines():
            project = world.tiny('tidy')
            outcome = world.run('optimize', project, '--engine', engine.name, '--output', self.out(), '--discard', *HTTP)
            self.assertEqual(outcome.code, 0, outcome)
            self.assertNotIn('tidy', ' '.join(engine.images()))
        self.assert_nothing_left()

    def test_one_shot_command_is_compared_by_exit_code_and_output(self):
        engine = self.engine()
        dockerfile = support.DOCKERFILE.replace('EXPOSE 8080\n', '').split('CMD')[0] + 'CMD ["cat", "/app/index.html"]\n'
        project = world.tiny('one-shot', dockerfile)
        got = self.optimize(engine, project, self.out())
        self.assertEqual(got['verdict'], 'improved')
        self.assertTrue(any('exit code' in check['name'] for check in got['probe']['after']['checks']), got['probe'])
        engine.remove('e2e-result:1')

    def test_a_slim_result(self):
        for engine in self.engines():
            project = world.tiny('slim')
            out = self.out() / engine.name
            got = self.optimize(engine, project, out, '--slim', '--no-rebuild', *HTTP)
            self.assertEqual(got['verdict'], 'improved', engine.name)
            self.assertTrue(got['slim']['is_result'], got['slim'])
            self.assertLess(got['slim']['image_bytes'], got['after']['image_bytes'])
            self.assertTrue(got['slim']['probe']['passed'])
            self.assertEqual(got['result_image'], 'e2e-result:1')
            self.assertIn('e2e-result:1', ' '.join(engine.images()))
            self.assertEqual(json.loads((out / 'slim.json').read_text())['after']['image_bytes'], got['slim']['image_bytes'])
            self.assertNotIn('/usr/share/tool/data', self.files(engine, 'e2e-result:1'))
            engine.remove('e2e-result:1')
        self.assert_nothing_left()

    def files(self, engine, image):
        """Of an image that Docker has; of others nothing is looked at."""
        if engine.name != 'docker':
            return ''
        made = subprocess.run(['docker', 'create', image], capture_output=True, text=True, check=True).stdout.strip()
        listed = subprocess.run(f'docker export {made} | tar t', shell=True, capture_output=True, text=True).stdout
        subprocess.run(['docker', 'rm', made], capture_output=True)
        return listed

    def test_what_cannot_be_slimmed_stays_the_rebuilt_image(self):
        engine = self.engine()
        project = world.tiny('not-slim')
        got = self.optimize(engine, project, self.out(), '--slim', '--exclude', 'app/index.html', '--no-rebuild', *HTTP)
        self.assertEqual(got['verdict'], 'improved')
        self.assertFalse(got['slim']['is_result'])
        self.assertIn('404', got['slim']['why_not'])
        self.assertIn('no smaller image passes the probe', got['slim']['why_not'])
        if engine.name == 'docker':
            self.assertIn('app/index.html', self.files(engine, got['result_image']))
        engine.remove('e2e-result:1')
        self.assert_nothing_left()

    def test_an_interrupted_slim_leaves_nothing(self):
        engine = self.engine()
        project = world.tiny('slim-interrupted')
        outcome, seen = world.interrupt_at('loading the image', 'optimize', project, '--engine', engine.name, '--output', self.out(), '--slim',
                                           '--no-rebuild', '--tag', 'e2e-result:1', *HTTP)
        self.assertIsNotNone(outcome, seen)
        self.assertEqual(outcome.code, 2, outcome)
        self.assertNotIn('e2e-result:1', ' '.join(engine.images()))
        self.assert_nothing_left()

    def test_dry_run_needs_no_engine(self):
        project = world.tiny('dry')
        before = fingerprint(project)
        outcome = world.run('optimize', project, '--dry-run', '--output', self.out(), env={'DOCKER_HOST': 'unix:///nowhere', 'PATH': '/nowhere'})
        self.assertEqual(outcome.code, 0, outcome)
        self.assertEqual(report(self.out())['verdict'], 'planned')
        self.assertEqual(fingerprint(project), before)


    def test_output_inside_the_project_stays_out_of_the_build(self):
        project = world.tiny('output-inside')
        texts = []
        for _ in range(2):
            outcome = world.run('optimize', project, '--dry-run', '--output', project / 'whittle-out')
            self.assertEqual(outcome.code, 0, outcome)
            texts.append((project / 'whittle-out' / '.dockerignore').read_text())
        self.assertIn('\nwhittle-out\n', texts[0])
        self.assertEqual(texts[0], texts[1], 'the second run saw the output of the first')


class Slim(Base):
    """An archive that no engine knows yet, slimmed by running it beside its twin on every engine."""

    def target(self):
        path = world.folder / 'slim' / 'shop.tar'
        path.parent.mkdir(exist_ok=True)
        programs = {'app/index.html': '<p>hello</p>', 'usr/share/junk': b'junk' * 100_000, 'usr/share/more': 'x' * 1000}
        support.docker_archive(path, support.base_tar(programs), ['httpd', '-f', '-p', '8080', '-h', '/'])
        return path

    def slim(self, engine, *options, code=0):
        outcome = world.run('slim', self.target(), '--engine', engine.name, '--format', 'json', *options)
        self.assertEqual(outcome.code, code, outcome)
        self.assert_nothing_left()
        return json.loads(outcome.stdout)

    def test_every_engine_proves_the_same_result(self):
        results = {}
        for engine in self.engines():
            out = world.folder / f'slim-{engine.name}.tar'
            got = self.slim(engine, *HTTP, '--exclude', 'usr/share', '-o', out)
            self.assertEqual((got['policy']['result'], got['proof'], got['probe_after']['passed']), ('balanced', 'probed', True))
            self.assertLess(got['after']['image_bytes'], got['before']['image_bytes'] - 400_000)
            results[engine.name] = (got['result_digest'], out.stat().st_size)
        self.assertEqual(len(set(results.values())), 1, results)

    def test_a_result_that_does_not_pass_is_never_handed_out(self):
        engine = self.engine()
        out = world.folder / 'slim-original.tar'
        got = self.slim(engine, *HTTP, '--exclude', 'app/index.html', '--policy', 'tight', '-o', out, code=1)
        self.assertFalse(any(attempt['passed'] for attempt in got['attempts']))
        tried = list(dict.fromkeys(attempt['policy'] for attempt in got['attempts']))  # each once or, mended, again
        self.assertEqual(tried, ['tight', 'balanced', 'package'])
        self.assertEqual((got['policy']['result'], got['after']['image_bytes']), ('original', got['before']['image_bytes']))

    def test_an_original_that_does_not_pass_is_refused(self):
        outcome = world.run('slim', self.target(), '--engine', self.engine().name, '--http-probe', '/none=>200')
        self.assert_refused(outcome, 'the probe fails on the original')
        self.assert_nothing_left()

    def test_tag_puts_it_into_the_engine(self):
        for engine in self.engines():
            self.slim(engine, '--include', 'app', '--tag', 'e2e-slim:1')
            self.assertIn('e2e-slim:1', ' '.join(engine.images()))
            engine.remove('e2e-slim:1')

    def test_ctrl_c_leaves_nothing(self):
        for phase in ('running the original', 'running the result', 'filtering layers'):
            outcome, seen = world.interrupt_at(phase, 'slim', self.target(), '--engine', self.engine().name)
            self.assertIsNotNone(outcome, seen)
            self.assertIn(outcome.code, (0, 2))
            self.assert_nothing_left()


class BadInput(Base):
    def test_no_such_folder(self):
        self.assert_refused(world.run('optimize', '/no/such/folder'), 'no folder')

    def test_no_dockerfile(self):
        project = world.project('none', {'index.html': 'x'})
        self.assert_refused(world.run('optimize', project), 'no Dockerfile', 'hint: ')
        self.assert_nothing_left()

    def test_dockerfile_that_does_not_parse(self):
        project = world.project('broken', {'Dockerfile': 'FROM scratch\nCOPY onlyone\nRUNN x\n'})
        self.assert_refused(world.run('optimize', project), 'Dockerfile:2:', 'Dockerfile:3:')
        self.assert_nothing_left()

    def test_baseline_that_does_not_build(self):
        for engine in self.engines():
            project = world.tiny('unbuildable', support.DOCKERFILE + 'RUN echo the reason why; exit 7\n')
            before = fingerprint(project)
            outcome = world.run('optimize', project, '--engine', engine.name, '--output', self.out())
            self.assert_refused(outcome, 'baseline does not build', 'line 9', 'the reason why')
            self.assertFalse(self.out().exists())
            self.assertEqual(fingerprint(project), before)
        self.assert_nothing_left()

    def test_engine_not_running(self):
        project = world.tiny('no-engine')
        outcome = world.run('optimize', project, '--engine', 'docker', env={'DOCKER_HOST': 'unix:///no/such/socket'})
        self.assert_refused(outcome, 'docker', 'hint: ')
        self.assert_nothing_left()

    def test_unknown_engine(self):
        self.assert_refused(world.run('optimize', world.tiny('x'), '--engine', 'dokcer'), 'dokcer')

    def test_probe_that_fails_on_the_baseline(self):
        for engine in self.engines():
            project = world.tiny('bad-probe')
            outcome = world.run('optimize', project, '--engine', engine.name, '--output', self.out(), '--http-probe', '/nothing=>200')
            self.assert_refused(outcome, 'probe fails on the baseline', '404')
            self.assertFalse(self.out().exists())
        self.assert_nothing_left()

    def test_application_that_crashes(self):
        engine = self.engine()
        dockerfile = support.DOCKERFILE.split('CMD')[0] + 'CMD echo last words; exit 3\n'
        outcome = world.run('optimize', world.tiny('crash', dockerfile), '--engine', engine.name)
        self.assert_refused(outcome, 'probe fails on the baseline', 'last words')
        self.assert_nothing_left()


@unittest.skipUnless(os.geteuid() == 0, 'a small file system is mounted for it, which takes root')
class FullDisk(Base):
    def tiny_disk(self, size):
        place = world.folder / 'disk'
        place.mkdir(exist_ok=True)
        mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}', 'tmpfs', str(place)], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest('cannot mount a tmpfs here')
        self.addCleanup(subprocess.run, ['umount', str(place)], capture_output=True)
        return place

    def test_no_room_for_temporary_files(self):
        disk = self.tiny_disk('256k')
        project = world.tiny('no-temp')
        before = fingerprint(project)
        outcome = world.run('optimize', project, '--engine', self.engine().name, '--output', self.out(), env={'TMPDIR': str(disk)})
        self.assert_refused(outcome, 'No space left', 'hint: ')
        self.assertEqual(list(disk.iterdir()), [])
        self.assertEqual(fingerprint(project), before)
        self.assert_nothing_left()

    def test_no_room_for_the_output(self):
        disk = self.tiny_disk('64k')
        (disk / 'filler').write_bytes(b'x' * 64 * 1024)
        outcome = world.run('optimize', world.tiny('no-out'), '--dry-run', '--output', disk / 'out')
        self.assertEqual(outcome.code, 2, outcome)
        self.assertIn('No space left', outcome.stderr)
        self.assertEqual([path.name for path in disk.rglob('*') if path.is_file()], ['filler'])

    def test_in_place_loses_nothing(self):
        disk = self.tiny_disk('1m')
        project = disk / 'project'
        project.mkdir()
        (project / 'Dockerfile').write_text(support.DOCKERFILE + '# a long comment\n' * 400)
        (project / 'index.html').write_text('x')
        (project / 'note.log').write_text('x')
        with open(disk / 'filler', 'wb', 0) as filler:
            try:
                while filler.write(b'x' * 4096):
                    pass
            except OSError:
                pass
        before = (project / 'Dockerfile').read_bytes()
        outcome = world.run('optimize', project, '--dry-run', '--in-place', '--output', self.out())
        self.assertEqual((project / 'Dockerfile').read_bytes(), before, outcome)
        self.assertEqual(sorted(path.name for path in project.iterdir()), ['Dockerfile', 'index.html', 'note.log'])


class Interrupted(Base):
    PHASES = ('Building the baseline', 'Measuring the baseline', 'Probing the baseline', 'Building with', 'Probing the result',
              'Rebuilding the baseline', 'Naming the result')

    def phases_of(self, number):
        """Every phase on every engine takes minutes: unless all is asked for, an engine gets its share of them."""
        return self.PHASES if world.runs_all else self.PHASES[number::len(self.engines())]

    def test_ctrl_c_in_every_phase_leaves_nothing(self):
        for number, engine in enumerate(self.engines()):
            dockerfile = support.DOCKERFILE.replace('WORKDIR', 'RUN sleep 2\nWORKDIR').replace('CMD ["httpd"', 'CMD ["sh", "-c", "sleep 2; exec httpd -f -p 8080 -h /"]\n#')
            project = world.tiny('interrupted', dockerfile)
            before = fingerprint(project)
            for phase in self.phases_of(number):
                with self.subTest(engine=engine.name, phase=phase):
                    outcome, seen = world.interrupt_at(phase, 'optimize', project, '--engine', engine.name, '--output', self.out(),
                                                       '--tag', 'e2e-interrupted:1', '--verbose', *HTTP)
                    self.assertIsNotNone(outcome, 'the phase never came:\n' + seen)
                    if phase == 'Naming the result' and outcome.code == 0:
                        engine.remove('e2e-interrupted:1')  # it was too quick to be interrupted
                        shutil.rmtree(self.out())
                        continue
                    self.assertEqual(outcome.code, 2, outcome)
                    self.assertIn('interrupted', outcome.stderr)
                    self.assertFalse(self.out().exists(), 'results of an interrupted run')
                    self.assertEqual(fingerprint(project), before)
                    self.assert_nothing_left()
                    engine.remove('e2e-interrupted:1')


del Base
