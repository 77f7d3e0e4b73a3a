using NodeAgent.Lab.Ceph;
using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The whole node that has the image open stands still past the takeover, then goes on: the storage refuses what its kernel still
/// wants to write, for its client instance is shut out.
/// </summary>
public sealed class CephClientFrozenScenario : FailoverScenario
{
    private static readonly TimeSpan TakeLimit = TimeSpan.FromMinutes(5);

    public override string Name => "ceph-client-frozen";

    public override string About => "the node whose kernel has the RBD image open stands still past the takeover and goes on: its client is shut out, its writes fail";

    protected override ServiceStorage Storage { get; } = new CephStorage();

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var active = await play.SafeAsync(cancel, TakeLimit);
        var address = (await play[active].ExpectAsync("cat /sys/bus/rbd/devices/*/client_addr", cancel: cancel)).Trim();
        var frozen = DateTimeOffset.UtcNow;
        await play[active].PauseAsync(cancel);
        var stands = DateTimeOffset.UtcNow;
        var taken = await play.TakenOverAsync(active, frozen, cancel, TakeLimit);
        Stage.Require(taken is { Lost: 0, StatedSeconds: 0 }, $"Ceph loses nothing and says so: {taken}");
        var listed = await play[taken.To].ExpectAsync("timeout 60 ceph osd blocklist ls", TimeSpan.FromMinutes(2), cancel);
        Stage.Require(listed.Contains(address, StringComparison.Ordinal), $"{address} of node{active} is not shut out: {listed}");
        play.Stage.Note($"the kernel of node{active} ({address}) is shut out while it stands still");

        var thawed = DateTimeOffset.UtcNow;
        await play[active].ResumeAsync(cancel);
        await play.NoteResetAsync(active, thawed, cancel);
        await play.HealedAsync(active, cancel);
        // A pause stops the machine's clock too, and monitors whose clocks are further apart than their leases agree on nothing.
        await play[active].WakeAsync(cancel);

        // What was committed when it froze is answered when it goes on: the survivor has it, or the storage let in a write of before.
        var missing = await play.LostAsync(play[taken.To], active, cancel);
        Stage.Require(missing.Count == 0, $"{missing.Count} rows that node{active} acknowledged are not there");
        var late = play.CountOnTheirWay(active, stands, thawed);
        play.Stage.Note($"{late} rows that were committed when node{active} froze were acknowledged after it went on, and are there");
        Stage.Require(late <= 1, "its only client can have had one row on its way");
        await play.SafeAsync(cancel, TakeLimit);
    }
}
