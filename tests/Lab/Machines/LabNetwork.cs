using NodeAgent.Lab.Host;

namespace NodeAgent.Lab.Machines;

/// <summary>
/// A network namespace with one bridge per network and one tap per node and network.
/// It has no link to the host's own network: nothing leaves it.
/// </summary>
public sealed class LabNetwork(LabFolders folders)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static string Tap(Link link, int node) => $"tap-{Letter(link)}{node}";

    public IReadOnlyList<string> Inside(params string[] argv) => ["ip", "netns", "exec", folders.Namespace, .. argv];

    public async Task UpAsync(int nodes, CancellationToken cancel)
    {
        await Shell.RunAsync(["ip", "netns", "add", folders.Namespace], Limit, cancel);
        var script = new List<string> { "set -e", "ip link set lo up" };
        foreach (var link in Enum.GetValues<Link>())
        {
            var bridge = $"br-{Letter(link)}";
            script.Add($"ip link show {bridge} >/dev/null 2>&1 || {{ ip link add {bridge} type bridge forward_delay 0; ip addr add 10.77.{(int)link}.1/24 dev {bridge}; ip link set {bridge} up; }}");
            for (var node = 1; node <= nodes; node++)
            {
                var tap = Tap(link, node);
                script.Add($"ip link show {tap} >/dev/null 2>&1 || ip tuntap add dev {tap} mode tap; ip link set {tap} master {bridge} up");
            }
        }

        (await Shell.RunAsync(Inside("bash", "-c", string.Join('\n', script)), Limit, cancel)).Expect();
    }

    public async Task SetAsync(Link link, int node, bool up, CancellationToken cancel) =>
        (await Shell.RunAsync(Inside("ip", "link", "set", Tap(link, node), up ? "up" : "down"), Limit, cancel)).Expect();

    public async Task DownAsync() =>
        await Shell.RunAsync(["ip", "netns", "del", folders.Namespace], Limit, CancellationToken.None);

    private static char Letter(Link link) => link switch
    {
        Link.Management => 'm',
        Link.ReplicationA => 'a',
        _ => 'b',
    };
}
