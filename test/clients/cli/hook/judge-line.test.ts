import { judgeLine } from '../../../../clients/cli/hook/judge-line';

/** What is asked for as it stands. */
const PLAIN: readonly (readonly [line: string, command: string])[] = [
  ['docker rm -f web', 'docker rm -f web'],
  ['  docker   ps  \n', 'docker ps'],
  ['sudo docker rm -f web', 'docker rm -f web'],
  ['/usr/bin/docker stop web', 'docker stop web'],
  ['sudo /usr/local/bin/docker stop web', 'docker stop web'],
  ["docker ps --format '{{.Names}}'", "docker ps --format '{{.Names}}'"],
  ['docker exec web sh -c "nginx -t"', "docker exec web sh -c 'nginx -t'"],
  ['docker compose -p shop up -d', 'docker compose -p shop up -d'],
  ['docker system prune -af', 'docker system prune -af'],
  ['docker -H tcp://10.0.0.1 ps', 'docker -H tcp://10.0.0.1 ps'],
  ['"docker" rm web', 'docker rm web'],
  ['docker', 'docker'],
];

/** Privileged, or not to be told from it: never run here, and no plan of one command. */
const REFUSED: readonly string[] = [
  // more than one program
  'cd /srv && docker rm web', 'docker ps | head -3', 'docker ps 2>&1', 'docker ps > out.txt', 'docker rm web; true', 'true || docker rm web', 'docker rm web &', '(docker rm web)', '{ docker rm web; }',
  'if true; then docker rm web; fi', 'for c in a b; do docker rm $c; done', 'while docker ps; do sleep 1; done', '! docker ps', 'time docker ps', 'docker ps # only looking', 'docker rm web\ndocker rm db',
  'case x in x) docker rm web;; esac', 'd() { docker "$@"; }; d rm web',
  // substitutions
  'echo $(docker rm web)', 'echo `docker rm web`', 'echo "$(docker rm web)"', 'echo "${X:-$(docker rm web)}"', 'cat <(docker rm web)', 'echo hi > >(docker rm web)', 'docker rm $(docker ps -q)', 'docker rm $NAME', 'docker rm web*', 'echo $((1)) $(docker rm web)',
  'X=$(docker ps -q) true', 'cat <<EOF\n"quoted" $(docker rm web)\nEOF', 'echo "`docker rm \\`hostname\\``"',
  // hidden words
  'doc"ker" rm web', "doc''ker rm web", 'do\\cker rm web', '\\docker rm web', 'doc\\\nker rm web', "$'\\x64ocker' rm web", "$'\\144ocker' rm web", '$"docker" rm web', '"docker" rm web && true', 'DOCKER rm web', '=docker rm web',
  // variables, patterns, braces
  '$D rm web', '${D} rm -f web', '"$D" stop web', 'D=docker; $D rm web', 'D=docker sh -c \'$D rm web\'', 'd=doc; k=ker; $d$k rm web', 'doc$X rm web', '$(echo doc)ker rm web', '/usr/bin/d?cker rm web', '/usr/bin/d*r rm web', '/usr/bin/doc[k]er rm web', '{docker,rm,-f,web}', 'd{oc,}ker rm web', '$DOCKER rm web', '${X:-docker} rm web',
  // somebody else starts it
  'env docker rm web', 'env X=1 docker rm web', 'X=1 docker rm web', 'DOCKER_HOST=tcp://x docker ps', 'sudo -n docker rm web', 'sudo -u root docker rm web', 'doas docker rm web', 'nohup docker rm web', 'nice -n 5 docker rm web', 'timeout 5 docker rm web', 'command docker rm web', 'exec docker rm web', 'builtin eval docker rm web',
  "bash -c 'docker rm web'", 'sh -c "docker rm web"', 'eval docker rm web', "eval 'doc''ker rm web'", 'echo web | xargs docker rm', 'xargs -I{} docker rm {} < names', "echo 'docker rm web' | sh", "printf 'docker rm web' | sudo bash", "echo 'docker rm web' | xargs -I {} bash -c {}", "echo 'docker rm web' | nice -n 5 bash", "echo 'docker rm web' | sudo -s",
  'find . -name x -exec docker rm web \\;', 'ssh host docker rm web', "ssh host 'docker rm web'", 'parallel docker rm ::: web', 'watch docker ps', 'alias d=docker; d rm web', 'alias d=docker', "trap 'docker rm web' EXIT", 'bash <<EOF\ndocker rm web\nEOF', "bash <<< 'docker rm web'", "cat > /tmp/x <<'EOF'\ndocker rm web\nEOF\nsh /tmp/x", 'echo docker rm web > x.sh && ./x.sh', 'echo docker rm web > x.sh; . x.sh',
  "python3 -c 'import subprocess; subprocess.run([\"docker\", \"rm\", \"web\"])'", 'python3 - <<EOF\nimport os; os.system("docker rm web")\nEOF', "node -e 'require(\"child_process\").execSync(\"docker rm web\")'", "perl -e 'system(\"docker rm web\")'", "awk 'BEGIN { system(\"docker rm web\") }'", "sed '1e docker rm web' f", "git -c alias.x='!docker rm web' x", "git rebase --exec 'docker rm web' main", 'npm run docker:down', 'make docker-clean', "rg --pre docker x", 'sort --compress-program=docker x', "tar --to-command='docker rm web' -xf x",
  // a line in a line, and what a real bash found (judge-line-bash.test.ts)
  'sh -c "do\\cker rm web"', "echo 'do\\cker rm web' | sh", "bash -c '$D rm web'", '2>/dev/null "$(printf docker)" rm web', 'nice -n 1 $D rm web', 'function f { $D rm web; }; f', 'xargs -I{} $D rm web', 'find . -maxdepth 0 -exec "$D" rm web \\;', 'echo "$(case a in a) docker rm web;; esac)"', "alias g='/opt/d*r rm web'",
  // other doors to the engine
  'docker-compose up -d', 'docker-compose down -v', 'podman rm web', 'nerdctl rm web', 'dockerd --host tcp://0.0.0.0', 'ctr containers rm web', '/opt/other/docker rm web', './docker rm web', 'curl --unix-socket /var/run/docker.sock -X DELETE http://x/containers/web', 'nc -U /var/run/docker.sock', 'ln -s /var/run/docker.sock /tmp/s', 'chmod 666 /var/run/docker.sock', 'curl -X DELETE http://localhost:2375/containers/web', 'exec 3<>/dev/tcp/localhost/2375', 'cat < /dev/tcp/127.0.0.1/2375', 'cp /usr/bin/docker /tmp/d', 'export DOCKER_HOST=tcp://x',
  // what is not closed
  "echo 'docker rm web", 'echo "docker', 'echo $(docker', 'cat <<EOF\ndocker rm web', 'echo `docker',
  // what a shell would not take for docker, and nobody else may
  '\u00a0docker rm web', 'docker\trm web', 'docker rm web\r\n',
  // people's own verbs
  'wingman dr approve 3f2a9c', 'wingman dr abort 3f2a9c',
  'wingman approve 3f2a9c --yes', 'npx wingman approve 3f2a9c --yes', 'node /srv/wingman/scripts/wingman.mjs release agent-1 --reason x', 'wingman --json reject 3f2a9c', 'cd /srv && npx wingman policy apply mine.yaml', 'wingman keys issue reviewer --subject me', 'wingman shim remove', 'wingman hook remove --yes',
];

/** Left alone. */
const FREE: readonly string[] = [
  '', 'ls -la', 'npm test', 'git status', 'echo hello && ls | wc -l', 'python3 manage.py test', 'for f in *.ts; do wc -l "$f"; done', '$EDITOR notes.md', '"$VENV/bin/python" x.py', '${PYTHON} -m pytest', 'make build', 'bash scripts/test.sh', 'echo "a" | sh',
  'cat Dockerfile', 'cat docker-compose.yml | grep image', 'grep -rn docker docs', "rg 'docker\\.sock' src", 'ls docker/', 'cd docker && ls', 'git commit -m "docker: pin the image"', 'git commit -m "do not mount docker.sock"', 'git add docker/Dockerfile', 'mkdir -p docker', 'mv docker-compose.yml compose.yml', 'rm docker/old.yml', 'touch Dockerfile', 'head -50 Dockerfile', "sed -n '1,50p' docker-compose.yml", 'find . -name "docker*"', 'wc -l Dockerfile', 'which docker', 'command -v docker', 'type docker', 'ls -l /var/run/docker.sock', 'test -S /var/run/docker.sock', '[ -f Dockerfile ] && echo yes', '[[ -f Dockerfile ]]', '{ cat Dockerfile; }', 'echo docker', "cat > Dockerfile <<'EOF'\nFROM docker:27\nRUN echo $(docker ps)\nEOF", 'cat > compose.yml <<EOF\n  - /var/run/docker.sock:/x\nEOF', 'find . -type f | xargs grep docker', 'sudo cat /etc/docker/daemon.json', 'timeout 5 grep docker x', 'npm test | grep docker', 'echo "it\'s docker"', 'diff Dockerfile Dockerfile.new', 'echo x # docker',
  'wingman request --task x "docker rm -f web"', 'wingman wait 3f2a9c', 'npx wingman show 3f2a9c', 'wingman --help', 'wingman dr start plan.yaml', 'wingman dr show 3f2a9c', 'wingman --url http://x pending',
];

/** Holes that no reader of one line can close, and that the documentation names: the socket's absence is the barrier. */
const HOLES: readonly string[] = [
  'echo ZG9ja2VyIHJtIHdlYg== | base64 -d | sh', "python3 -c \"import os; os.system('doc'+'ker rm web')\"", 'sh cleanup.sh', './cleanup.sh', 'npm run clean', 'printf "%b" "\\144ocker rm web" | sh',
];

describe('judgeLine', () => {
  it.each(PLAIN)('asks for %j as %j', (line, command) => {
    expect(judgeLine(line)).toEqual({ kind: 'plain', command });
  });

  it.each(REFUSED)('refuses %j', (line) => {
    expect(judgeLine(line)).toMatchObject({ kind: 'refused', why: expect.stringMatching(/\S/) });
  });

  it.each(FREE)('leaves %j alone', (line) => {
    expect(judgeLine(line)).toEqual({ kind: 'free' });
  });

  it.each(HOLES)('cannot tell what %j does, as the documentation says', (line) => {
    expect(judgeLine(line)).toEqual({ kind: 'free' });
  });

  it('takes the names of further programs', () => {
    expect(judgeLine('systemctl restart shop', ['systemctl'])).toEqual({ kind: 'plain', command: 'systemctl restart shop' });
    expect(judgeLine('/usr/bin/systemctl restart shop', ['systemctl'])).toEqual({ kind: 'plain', command: '/usr/bin/systemctl restart shop' });
    expect(judgeLine('sudo systemctl restart shop && true', ['systemctl'])).toMatchObject({ kind: 'refused' });
    expect(judgeLine('systemctl restart shop')).toEqual({ kind: 'free' });
  });

  it('is a table of hundreds, and answers lines of any length', () => {
    expect(PLAIN.length + REFUSED.length + FREE.length).toBeGreaterThan(190);
    const long = `cat > notes.md <<EOF\n${'a "line" with $X and `date`\n'.repeat(20_000)}EOF`;
    expect(judgeLine(long)).toEqual({ kind: 'free' });
    expect(judgeLine(`${'('.repeat(5_000)}docker rm web`)).toMatchObject({ kind: 'refused' });
    expect(judgeLine(`${'$('.repeat(5_000)}docker rm web`)).toMatchObject({ kind: 'refused' });
  });
});
