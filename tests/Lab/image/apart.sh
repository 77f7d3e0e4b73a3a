# Sourced with the script that prints the sources: packages of the guest's release, fetched beside this host's own apt.
# Sets `work`, a folder that goes when the script ends, and `apt`, the options that keep the two apart.
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,debs,tree}
bash "$1" > "$work/sources.list"; : > "$work/status"
apt=(-o "Dir::State::lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work/cache"
  -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User=root)
apt-get -q "${apt[@]}" update
