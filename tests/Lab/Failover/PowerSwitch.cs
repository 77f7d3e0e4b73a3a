using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Failover;

/// <summary>
/// A power switch beside the nodes, and the fence agent with which they use it: a real program that speaks the fence agents'
/// protocol and really cuts power. For each node it has two sockets: one that works, and one that says ok and does nothing.
/// </summary>
public sealed class PowerSwitch : IDisposable
{
    private const string Address = "10.77.0.1";
    private const string Port = "7070";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private const string Agent =
        $$"""
        #!/bin/sh
        # Options come over standard input, a line each, as from any cluster.
        action= plug=
        while IFS='=' read -r key value; do
          case $key in action) action=$value;; plug) plug=$value;; esac
        done
        ask() { curl -sf --max-time 10 "http://{{Address}}:{{Port}}/$1/$plug"; }
        case $action in
          metadata)
            echo '<?xml version="1.0" ?><resource-agent name="fence_lab" shortdesc="Power switch of the lab">'
            echo '<parameters><parameter name="plug" unique="0" required="1"/></parameters>'
            echo '<actions><action name="off"/><action name="status"/><action name="monitor"/><action name="metadata"/></actions></resource-agent>';;
          off) ask off > /dev/null || exit 1;;
          monitor) ask status > /dev/null || exit 1;;
          status)
            said=$(ask status) || exit 1
            if [ "$said" = off ]; then echo 'Status: OFF'; exit 2; fi
            echo 'Status: ON';;
          *) exit 1;;
        esac

        """;

    private readonly Lock _gate = new();
    private readonly List<string> _asked = [];
    private readonly RemoteCommand _switch;

    public PowerSwitch(LabCluster cluster, int nodes)
    {
        var sockets = Enumerable.Range(1, nodes).Select(number => $"{cluster[number].Name}={Path.Combine(cluster[number].Folder, "pid")}");
        _switch = new RemoteCommand(cluster.Network.Inside(["python3", LabFolders.Power, Address, Port, .. sockets]), line =>
        {
            lock (_gate)
            {
                _asked.Add(line);
            }
        });
    }

    /// <summary>What was asked of it, oldest first: "off node2 on", the last word being what was so before.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>The agent, and a configuration in which the socket that does nothing comes first for a node; counts from the next start.</summary>
    public static async Task InstallAsync(LabNode node, string switched, CancellationToken cancel)
    {
        await node.ExpectAsync("cat > /usr/sbin/fence_lab && chmod 755 /usr/sbin/fence_lab", Limit, cancel, Agent);
        await node.ExpectAsync("cat > /etc/nodeagent/conf.d/fencing.yaml && nodeagent config check", Limit, cancel, Configuration(switched));
        await node.ExpectAsync($"printf 'action=status\\nplug={switched}\\n' | fence_lab | grep -x 'Status: ON'", Limit, cancel);
    }

    public void Dispose() => _switch.Dispose();

    private static string Configuration(string node) =>
        $$"""
        fencing:
          - { name: stuck-{{node}}, node: {{node}}, agent: fence_lab, level: 1, options: { plug: stuck-{{node}} } }
          - { name: plug-{{node}}, node: {{node}}, agent: fence_lab, level: 2, options: { plug: {{node}} } }

        """;
}
