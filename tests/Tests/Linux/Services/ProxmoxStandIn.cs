using NodeAgent.Linux.Commands;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Services;

/// <summary>
/// Programs that behave as the manuals of qm, pct and LXC say, with a guest's state in a folder. Not a Proxmox: nothing
/// here says that a real one behaves like this.
/// </summary>
internal sealed class ProxmoxStandIn : IDisposable
{
    internal const string Guest =
        """
        tool=${0##*/}; verb=$1; id=$2; dir=$HERE/$tool-$id
        shift 2; echo "$verb $id $*" | sed 's/ *$//' >> "$HERE/log"
        [ -d "$dir" ] || { echo "Configuration file 'nodes/n1/$tool/$id.conf' does not exist" >&2; exit 2; }
        [ -f "$dir/break-$verb" ] && . "$dir/break-$verb"
        state=$(cat "$dir/state")
        locked() {
          case "$*" in *skiplock*) return;; esac
          [ ! -s "$dir/lock" ] || { echo "VM is locked ($(cat "$dir/lock"))" >&2; exit 255; }
        }
        case $verb in
          status)
            if [ "$tool" = qm ] && [ "$state" = paused ]; then echo "status: running"; else echo "status: $state"; fi
            [ "$1" = --verbose ] && echo "qmpstatus: $state"
            exit 0 ;;
          config) [ -s "$dir/lock" ] && echo "lock: $(cat "$dir/lock")"; echo "memory: 512"; [ -f "$dir/onboot" ] && echo "onboot: 1"; exit 0 ;;
          unlock) : > "$dir/lock" ;;
          start) locked; [ "$state" = stopped ] || { echo "VM $id already running" >&2; exit 255; }; echo running > "$dir/state" ;;
          shutdown) locked; [ -f "$dir/deaf" ] && exit 255; echo stopped > "$dir/state" ;;
          stop) locked "$@"; echo stopped > "$dir/state" ;;
          suspend) locked; echo paused > "$dir/state" ;;
          resume) locked; echo running > "$dir/state" ;;
          *) echo "ERROR: unknown command" >&2; exit 255 ;;
        esac
        """;

    internal const string Lxc =
        """
        id=$2; f=$HERE/pct-$id/frozen; echo "${0##*/} $*" >> "$HERE/log"
        case ${0##*/} in
          lxc-freeze) touch "$f" ;;
          lxc-unfreeze) rm -f "$f" ;;
          lxc-info) [ -f "$f" ] && echo FROZEN || echo RUNNING ;;
        esac
        """;

    private readonly TempFolder folder = new();

    public ProxmoxStandIn()
    {
        foreach (var tool in new[] { "qm", "pct" })
        {
            _ = folder.Script(tool, $"HERE='{folder.Path}'\n{Guest}");
        }

        foreach (var tool in new[] { "lxc-freeze", "lxc-unfreeze", "lxc-info" })
        {
            _ = folder.Script(tool, $"HERE='{folder.Path}'\n{Lxc}");
        }

        _ = folder.Script("pvesh", $"HERE='{folder.Path}'\n[ \"$*\" = 'get /cluster/ha/resources --output-format json' ] && cat \"$HERE/ha\"");
        Commands = new CommandRunner(new CommandRunnerOptions { ExtraFolders = [folder.Path] }, TimeProvider.System);
    }

    public CommandRunner Commands { get; }

    public string Log => File.ReadAllText(folder["log"]);

    public void Add(string tool, int number, string state, string held = "")
    {
        _ = Directory.CreateDirectory(folder[$"{tool}-{number}"]);
        File.WriteAllText(folder[$"{tool}-{number}/state"], state);
        File.WriteAllText(folder[$"{tool}-{number}/lock"], held);
    }

    /// <summary>What a verb does instead, as shell; or a plain mark such as "deaf".</summary>
    public void Put(string tool, int number, string file, string text = "") => File.WriteAllText(folder[$"{tool}-{number}/{file}"], text);

    /// <summary>What the HA manager has, as it tells it; null: nothing answers.</summary>
    public void Manage(string json) => File.WriteAllText(folder["ha"], json);

    public string State(string tool, int number) => File.ReadAllText(folder[$"{tool}-{number}/state"]).Trim();

    public void Dispose() => folder.Dispose();
}
