using NodeAgent.Contract;
using NodeAgent.Linux.Commands;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Services;

/// <summary>
/// The nodes n1, n2 and n3 of one Proxmox cluster: a folder in the place of /etc/pve, and on each node the programs of
/// <see cref="ProxmoxStandIn"/> for the guests whose configuration is in its folder there. pvesh asks the node that it is asked about. Not a
/// Proxmox, and not pmxcfs: nothing here says that a real one behaves like this.
/// </summary>
internal sealed class ProxmoxClusterStandIn : IDisposable
{
    private const string OfNode =
        """
        t=qemu-server; [ "${0##*/}" = pct ] && t=lxc
        conf=$PVE/nodes/$NODE/$t/$2.conf; at=$HERE/${0##*/}-$2
        [ -f "$conf" ] || { echo "$1 $2 $*" >> "$HERE/log"; echo "Configuration file 'nodes/$NODE/$t/$2.conf' does not exist" >&2; exit 2; }
        mkdir -p "$at"; [ -f "$at/state" ] || echo stopped > "$at/state"
        sed -n 's/^lock: //p' "$conf" > "$at/lock"
        [ "$1" = start ] && grep -q '"quorate": 0' "$PVE/.members" && { echo 'cluster not ready - no quorum?' >&2; exit 255; }
        [ "$1" = unlock ] && sed -i '/^lock:/d' "$conf"
        [ "$1" = config ] && { cat "$conf"; exit 0; }
        """;

    private const string Pvesh =
        """
        echo "pvesh $*" >> "$HERE/log"
        [ -f "$HERE/break-pvesh" ] && [ "$2" != /cluster/ha/resources ] && . "$HERE/break-pvesh"
        [ "$2" = /cluster/ha/resources ] && { echo '[]'; exit 0; }
        IFS=/; set -- $2; tool=qm; [ "$4" = lxc ] && tool=pct
        state=$(cat "$HERE/../$3/$tool-$5/state" 2>/dev/null || echo stopped)
        echo "{\"status\":\"$state\",\"vmid\":$5,\"qmpstatus\":\"$state\"}"
        """;

    private readonly TempFolder folder = new();

    public ProxmoxClusterStandIn()
    {
        foreach (var node in new[] { "n1", "n2", "n3" })
        {
            _ = Directory.CreateDirectory(folder[$"pve/nodes/{node}/qemu-server"]);
            _ = Directory.CreateDirectory(folder[$"pve/nodes/{node}/lxc"]);
            _ = Directory.CreateDirectory(folder[node]);
            var around = $"HERE='{folder[node]}'; PVE='{folder["pve"]}'; NODE={node}\n";
            _ = folder.Script($"{node}/qm", $"{around}{OfNode}\n{ProxmoxStandIn.Guest}");
            _ = folder.Script($"{node}/pct", $"{around}{OfNode}\n{ProxmoxStandIn.Guest}");
            _ = folder.Script($"{node}/pvesh", $"{around}{Pvesh}");
            _ = folder.Script($"{node}/lxc-info", $"{around}{ProxmoxStandIn.Lxc}");
        }

        _ = Directory.CreateDirectory(folder["proc/net"]);
        File.WriteAllText(folder["proc/net/unix"], "Num       RefCount Protocol Flags    Type St Inode Path\n");
        Say("n1", "n2", "n3");
    }

    public ProxmoxTree Tree => new(folder["pve"]);

    public GuestProcesses Processes => new(folder["proc"]);

    public CommandRunner CommandsOf(string node) => new(new CommandRunnerOptions { ExtraFolders = [folder[node]] }, TimeProvider.System);

    public string LogOf(string node) => File.Exists(folder[$"{node}/log"]) ? File.ReadAllText(folder[$"{node}/log"]) : "";

    /// <summary>What /etc/pve says: n2's name, whether it has quorum, and who is online.</summary>
    public void Say(params string[] online) => Write(quorate: true, "n2", online);

    public void LoseQuorum() => Write(quorate: false, "n2", ["n2"]);

    public void CallItself(string name) => Write(quorate: true, name, ["n1", "n2", "n3"]);

    public void StandAlone() => File.WriteAllText(folder["pve/.members"], """{ "nodename": "n2", "version": 0 }""");

    public void Unmount() => File.Delete(folder["pve/.members"]);

    /// <summary>Whoever looks at /etc/pve waits until this is disposed of.</summary>
    public async Task<IDisposable> HangAsync()
    {
        Unmount();
        var made = await CommandsOf("n2").RunAsync(new Command("mkfifo", [folder["pve/.members"]]) { Deadline = TimeSpan.FromSeconds(10) }, default);
        Assert.AreEqual(0, made.Value.ExitCode);
        return new Hang(folder["pve/.members"]);
    }

    public void Configure(string node, string tool, int number, string text) => File.WriteAllText(PathOf(node, tool, number), text);

    public string? Configuration(string node, string tool, int number) => File.Exists(PathOf(node, tool, number)) ? File.ReadAllText(PathOf(node, tool, number)) : null;

    public void Storages(string text) => File.WriteAllText(folder["pve/storage.cfg"], text);

    /// <summary>What pvesh does instead on n2, as shell.</summary>
    public void BreakPvesh(string shell) => File.WriteAllText(folder["n2/break-pvesh"], $"{shell}; exit 0");

    public void State(string node, string tool, int number, string state)
    {
        _ = Directory.CreateDirectory(folder[$"{node}/{tool}-{number}"]);
        File.WriteAllText(folder[$"{node}/{tool}-{number}/state"], state);
    }

    public string State(string node, string tool, int number) =>
        File.Exists(folder[$"{node}/{tool}-{number}/state"]) ? File.ReadAllText(folder[$"{node}/{tool}-{number}/state"]).Trim() : "never started";

    /// <summary>A process, by what it was started with.</summary>
    public void Process(int id, params string[] words)
    {
        _ = Directory.CreateDirectory(folder[$"proc/{id}"]);
        File.WriteAllText(folder[$"proc/{id}/cmdline"], string.Join('\0', words) + '\0');
    }

    public void Socket(string path) => File.AppendAllText(folder["proc/net/unix"], $"0000000000000000: 00000002 00000000 00010000 0001 01 23456 {path}\n");

    public GuestHome HomeOf(string node, Func<string, bool?, Outcome> may, Action<string>? told = null) =>
        new(CommandsOf(node), TimeProvider.System, node, may, told ?? (_ => { })) { Tree = Tree, Processes = Processes };

    public GuestPart Part(string node, string tool, int number, Func<string, bool?, Outcome> may, Action<string>? told = null) =>
        new(CommandsOf(node), TimeProvider.System, tool == "qm" ? GuestKind.Machine : GuestKind.Container, number, HomeOf(node, may, told));

    public void Dispose() => folder.Dispose();

    private string PathOf(string node, string tool, int number) => folder[$"pve/nodes/{node}/{(tool == "qm" ? "qemu-server" : "lxc")}/{number}.conf"];

    private sealed class Hang(string pipe) : IDisposable
    {
        // Opened for both it waits for nobody, and lets those go on that wait for a writer.
        public void Dispose() => new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite).Dispose();
    }

    // As pve-cluster writes it.
    private void Write(bool quorate, string self, string[] online) => File.WriteAllText(folder["pve/.members"], $$"""
        {
        "nodename": "{{self}}",
        "version": 4,
        "cluster": { "name": "c", "version": 3, "nodes": 3, "quorate": {{(quorate ? 1 : 0)}} },
        "nodelist": {
          {{string.Join(",\n  ", new[] { "n1", "n2", "n3" }.Select((node, index) => $$"""
        "{{node}}": { "id": {{index + 1}}, "online": {{(online.Contains(node, StringComparer.Ordinal) ? 1 : 0)}}, "ip": "10.0.0.{{index + 1}}"}
        """))}}
          }
        }
        """);
}
