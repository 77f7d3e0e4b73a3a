using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Mirrors;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The other half's node has the writer's /etc/hostid, as a cloned system has. Multihost would take the two for one: doctor says so,
/// and that node does not take the pool when the writer dies, however whole its half is.
/// </summary>
public sealed class MirrorServiceCloneScenario : FailoverScenario
{
    private const string Told = "have the same /etc/hostid";
    private static readonly TimeSpan CopyLimit = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(75);

    public override string Name => "mirror-service-clone";

    public override string About => "a service on an NVMe-oF mirror: both nodes have one hostid: doctor says so, the clone takes nothing, with a hostid of its own it does";

    protected override ServiceStorage Storage => MirrorStorage.Shared;

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel, CopyLimit);
        var away = play[3 - home];
        var id = (await play[home].ExpectAsync("test -s /etc/hostid && base64 -w0 /etc/hostid", CommandLimit, cancel)).Trim();
        var own = (await away.ExpectAsync("test -s /etc/hostid && base64 -w0 /etc/hostid", CommandLimit, cancel)).Trim();
        Stage.Require(id != own, "both nodes have one hostid from the beginning");
        Stage.Require(!(await away.RunAsync("nodeagent doctor", CommandLimit, cancel)).Output.Contains(Told, StringComparison.Ordinal), "doctor sees a clone where there is none");

        // ZFS reads the file whenever it asks for the name; at a boot the lab writes each node its own.
        await away.ExpectAsync("base64 -d > /etc/hostid", CommandLimit, cancel, id);
        await away.UntilAsync("doctor names the clone", $"nodeagent doctor | grep -q '{Told}'", CopyLimit, cancel);
        await play[home].UntilAsync("both halves are certified", $"{StatusView.Command} | jq -e '[.units[] | select(.unit == \"{MirrorStorage.Name}\") | .copies[].state] | all(. == \"inSync\")'", CopyLimit, cancel);

        play[home].PowerCut();
        var dark = DateTimeOffset.UtcNow;
        await Task.Delay(Quiet, cancel);
        Stage.Require(play.Writers.All.All(ack => ack.Sent < dark), "the clone took the service");
        await away.ExpectAsync($"test ! -e /proc/spl/kstat/zfs/{MirrorStorage.Pool}", CommandLimit, cancel);
        play.Stage.Note($"the clone, alone with a whole half: {await play.SeenAsync(cancel)}");

        await away.ExpectAsync("base64 -d > /etc/hostid", CommandLimit, cancel, own);
        await play.AcknowledgesAsync(away.Number, dark, cancel, TimeSpan.FromMinutes(6));
        var lost = await play.LostAsync(away, home, cancel);
        Stage.Require(lost.Count == 0, $"{lost.Count} acknowledged rows are missing");

        await play[home].PowerOnAsync(cancel);
        await play[home].WaitReadyAsync(cancel);
        await play.SafeAsync(cancel, CopyLimit);
        await MirrorFormation.ScrubAsync(away, cancel, MirrorStorage.Pool);
    }
}
