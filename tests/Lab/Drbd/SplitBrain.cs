using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Drbd;

/// <summary>
/// A real split brain, made as an operator's mistake makes it: while no agent looks, both copies are made primary by force, one
/// after the other, and each is written with something else.
/// </summary>
/// <param name="keep">The node whose copy will be chosen.</param>
/// <param name="lose">The node whose copy gives way.</param>
/// <param name="round">How often it was done before; names the files.</param>
public sealed class SplitBrain(LabNode keep, LabNode lose, int round)
{
    private const string Given = "nodeagent-given-up-";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    // Agents that are compiled at their start take minutes on an emulated processor; systemd waits for ten.
    private static readonly TimeSpan AgentLimit = TimeSpan.FromMinutes(11);
    private readonly Dictionary<int, string> _sums = [];
    private readonly Dictionary<int, string> _generations = [];

    /// <summary>True if either node says by its metrics that the copies have parted.</summary>
    public async Task<bool> IsToldAsync(CancellationToken cancel)
    {
        var told = await Task.WhenAll(new[] { keep, lose }.Select(node => node.RunAsync(
            $"curl -sf --max-time 30 http://{node.Address(Link.Management)}:9440/metrics | grep -E '^nodeagent_copies_parted\\{{[^}}]*unit=\"drbd:{DrbdStorage.Resource}\"[^}}]*\\}} 1$'", Limit, cancel)));
        return told.Any(one => one.Ok);
    }

    /// <summary>Makes it. Nobody may have the resource open.</summary>
    public async Task MakeAsync(CancellationToken cancel)
    {
        foreach (var node in new[] { keep, lose })
        {
            await node.UntilAsync("the resource is closed on both nodes and whole", $"test \"$(drbdadm role data) $(drbdadm dstate data)\" = 'Secondary/Secondary UpToDate/UpToDate'", Limit, cancel);
        }

        await Task.WhenAll(keep.ExpectAsync("systemctl stop nodeagent", Limit, cancel), lose.ExpectAsync("systemctl stop nodeagent", Limit, cancel));
        foreach (var node in new[] { keep, lose })
        {
            await node.ExpectAsync("drbdadm disconnect data", Limit, cancel);
        }

        // More on the copy that is kept: it takes a while to copy.
        await WriteAsync(keep, 64, cancel);
        await WriteAsync(lose, 8, cancel);
        await ConnectAsync(cancel);

        // One after the other: agents that all compile at once take the lease from each other.
        foreach (var node in new[] { keep, lose })
        {
            await node.ExpectAsync("systemctl start nodeagent", AgentLimit, cancel);
            await Patience.UntilAsync($"{node.Name}: its agent answers", Limit, cancel, async () => await ServiceView.TryReadAsync(node, cancel) is not null, TimeSpan.FromSeconds(2));
            _generations[node.Number] = await GenerationAsync(node, cancel);
        }
    }

    /// <summary>Nothing was solved, copied or put away since it was made.</summary>
    public async Task RequireUntouchedAsync(int given, CancellationToken cancel)
    {
        foreach (var node in new[] { keep, lose })
        {
            var state = await node.ExpectAsync("echo $(drbdadm cstate data) $(drbdadm role data)", Limit, cancel);
            Stage(state.StartsWith("StandAlone Secondary", StringComparison.Ordinal) || state.StartsWith("WFConnection Secondary", StringComparison.Ordinal), $"nobody has chosen yet, and {node.Name} says {state}");
            var now = await GenerationAsync(node, cancel);
            Stage(now == _generations[node.Number], $"nobody has chosen yet, and the history of {node.Name} went from {_generations[node.Number]} to {now}");
        }

        Stage(await GivenUpAsync(lose, cancel) == given, $"nobody has chosen yet, and {lose.Name} has put something away");
    }

    /// <summary>How many snapshots a node has of copies that were given up.</summary>
    public static async Task<int> GivenUpAsync(LabNode node, CancellationToken cancel) =>
        int.Parse(await node.ExpectAsync($"zfs list -H -o name -t snapshot {DrbdStorage.Dataset} 2>/dev/null | grep -c @{Given}; true", Limit, cancel), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Waits on the node itself until it has one more, so that what follows comes at once.</summary>
    public async Task UntilGivenUpAsync(int given, CancellationToken cancel) => await lose.ExpectAsync(
        $"for i in $(seq 900); do test $(zfs list -H -o name -t snapshot {DrbdStorage.Dataset} | grep -c @{Given}) -gt {given} && exit 0; sleep 0.2; done; echo 'no snapshot of what is given up within 180 s' >&2; exit 1", Limit, cancel);

    /// <summary>The newest snapshot of the copy that was given up has what was written there, and not what was written to the other.</summary>
    public async Task<string> RequireKeptAsync(CancellationToken cancel)
    {
        var snapshot = await lose.ExpectAsync($"zfs list -H -o name -t snapshot -s createtxg {DrbdStorage.Dataset} | grep @{Given} | tail -n1", Limit, cancel);
        Stage(snapshot.Length > 0, $"{lose.Name} has no snapshot of what it gave up");
        await lose.ExpectAsync(
            $"zfs clone {snapshot} tank/look && for i in $(seq 60); do test -b /dev/zvol/tank/look && break; sleep 1; done; mkdir -p /mnt/look && mount -t ext4 -o ro,noload /dev/zvol/tank/look /mnt/look", Limit, cancel);
        var sum = await lose.ExpectAsync($"sha256sum < /mnt/look/{FileOf(lose)}", Limit, cancel);
        var hasOther = (await lose.RunAsync($"test -e /mnt/look/{FileOf(keep)}", Limit, cancel)).Ok;
        var hasRows = (await lose.RunAsync("test -s /mnt/look/pg/PG_VERSION", Limit, cancel)).Ok;
        await lose.ExpectAsync("umount /mnt/look && udevadm settle && for i in $(seq 20); do zfs destroy tank/look && exit 0; sleep 1; done; exit 1", Limit, cancel);
        Stage(sum == _sums[lose.Number], $"{snapshot} on {lose.Name} has other bytes than {lose.Name} had written");
        Stage(!hasOther, $"{snapshot} on {lose.Name} has what only {keep.Name} had written");
        Stage(hasRows, $"{snapshot} on {lose.Name} lacks the database");
        return snapshot;
    }

    /// <summary>The copy that is open has what was written to the one that was chosen, and nothing of the other.</summary>
    public async Task RequireWinnerAsync(LabNode active, string folder, CancellationToken cancel)
    {
        var sum = await active.ExpectAsync($"sha256sum < {folder}/{FileOf(keep)}", Limit, cancel);
        Stage(sum == _sums[keep.Number], $"{active.Name} has other bytes than {keep.Name}, which was chosen");
        Stage(!(await active.RunAsync($"test -e {folder}/{FileOf(lose)}", Limit, cancel)).Ok, $"{active.Name} has what {lose.Name} had written, whose copy was given up");
    }

    private async Task WriteAsync(LabNode node, int mib, CancellationToken cancel)
    {
        await node.UntilAsync("it is disconnected", "test \"$(drbdadm cstate data)\" = StandAlone", Limit, cancel);
        _sums[node.Number] = await node.ExpectAsync(
            $"drbdadm primary --force data >&2 && mkdir -p /mnt/split && mount -t ext4 /dev/drbd0 /mnt/split && head -c {mib}M /dev/urandom > /mnt/split/{FileOf(node)} && sync && sha256sum < /mnt/split/{FileOf(node)}", Limit, cancel);
        await node.ExpectAsync("umount /mnt/split && udevadm settle && for i in $(seq 30); do drbdadm secondary data && exit 0; sleep 1; done; exit 1", Limit, cancel);
    }

    // Who sees it first drops the connection; the other does the same, or waits for a peer that does not try any more.
    private async Task ConnectAsync(CancellationToken cancel)
    {
        var mark = $"lab: split brain {round}";
        foreach (var node in new[] { keep, lose })
        {
            await node.ExpectAsync($"echo '{mark}' > /dev/kmsg && drbdadm connect data", Limit, cancel);
        }

        var dropped = $"dmesg | sed -n '/{mark}/,$p' | grep -q 'Split-Brain detected'";
        await Patience.UntilAsync(
            "the kernel sees the split brain and drops the connection", Limit, cancel,
            async () => (await Task.WhenAll(keep.RunAsync(dropped, Limit, cancel), lose.RunAsync(dropped, Limit, cancel))).Any(one => one.Ok), TimeSpan.FromSeconds(1));
        await Patience.UntilAsync(
            "one of the two stands alone, and none is connected", Limit, cancel,
            async () =>
            {
                var states = await Task.WhenAll(keep.ExpectAsync("drbdadm cstate data", Limit, cancel), lose.ExpectAsync("drbdadm cstate data", Limit, cancel));
                return states.Contains("StandAlone") && states.All(state => state is "StandAlone" or "WFConnection");
            },
            TimeSpan.FromSeconds(1));
    }

    private static Task<string> GenerationAsync(LabNode node, CancellationToken cancel) => node.ExpectAsync("drbdadm get-gi data/0 | cut -d: -f1-4", Limit, cancel);

    private string FileOf(LabNode node) => $"split-{round}-{node.Name}";

    private static void Stage(bool condition, string otherwise) => Scenarios.Stage.Require(condition, otherwise);
}
