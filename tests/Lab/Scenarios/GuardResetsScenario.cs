using System.Globalization;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>
/// The real guard with a real watchdog: it keeps a node alive across its own death and reload, lets it be when nothing is
/// owned, and has it reset within the computed bound when its agent is killed, frozen or cut off.
/// </summary>
public sealed class GuardResetsScenario : PackageScenario
{
    private const string Guard = "nodeagent-guard";
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);

    public override string Name => "guard-resets";

    public override string About => "the guard with a real watchdog: agent killed, frozen, cut off: reset within the bound of nodeagent timings";

    public override int Nodes => 3;

    public override async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        List<LabNode> nodes = [stage[1], stage[2], stage[3]];
        await Task.WhenAll(nodes.Select(node => Formation.InstallAsync(stage.Package!, node, cancel)));
        var (stop, bound) = (await SecondsAsync(stage[1], "guard feeds", cancel), await SecondsAsync(stage[1], "has reset", cancel));
        await Task.WhenAll(nodes.Select(node => IdleAsync(node, cancel)));
        stage.Note(await stage[1].ExpectAsync($"journalctl -u {Guard} -o cat | grep -m1 \"^watchdog '\"", cancel: cancel));

        var agents = nodes.ConvertAll(node => new GuardedAgent(node));
        // Nodes 1 and 2 ask each other on one network, node 3 asks on the one that is cut.
        await agents[0].StartAsync(stop, stop / 10, "127.0.0.1", cancel);
        await agents[1].StartAsync(stop, stop / 10, "127.0.0.1", cancel);
        await agents[2].StartAsync(stop, stop / 10, stage[1].Address(Link.ReplicationA), cancel);
        await SurvivesAsync(stage, stage[1], cancel);

        await stage[3].CutLinkAsync(Link.ReplicationA, cancel);
        await ResetAsync(stage, stage[3], "node cut off", DateTimeOffset.UtcNow, bound, cancel);
        await ResetAsync(stage, stage[1], "agent killed", await agents[0].SignalAsync("KILL", cancel), bound, cancel);
        await ResetAsync(stage, stage[2], "agent frozen", await agents[1].SignalAsync("STOP", cancel), bound, cancel);
    }

    /// <summary>A guard that came and went on a node that owns nothing resets nothing.</summary>
    private static async Task IdleAsync(LabNode node, CancellationToken cancel)
    {
        await node.ExpectAsync($"systemctl start {Guard} && systemctl stop {Guard} && systemctl start {Guard} && systemctl is-active {Guard}", Patient, cancel);
        await node.ExpectAsync($"test \"$(systemctl show -P NFileDescriptorStore {Guard})\" = 3", cancel: cancel);
        await node.ExpectAsync($"! journalctl -u {Guard} -o cat | grep -E 'no real-time|not locked|no watchdog|cannot'", cancel: cancel);
    }

    /// <summary>Killed or started anew while armed, it goes on: the node lives on and the boot stays the same.</summary>
    private static async Task SurvivesAsync(Stage stage, LabNode node, CancellationToken cancel)
    {
        var boot = await node.ExpectAsync("cat /proc/sys/kernel/random/boot_id", cancel: cancel);
        await node.ExpectAsync($"systemctl kill -s KILL {Guard}", cancel: cancel);
        await node.UntilAsync("the guard is back", $"systemctl is-active {Guard}", Patient, cancel);
        await node.ExpectAsync($"systemctl reload {Guard}", Patient, cancel);
        await node.ExpectAsync($"systemctl kill -s TERM {Guard}", cancel: cancel);
        await Task.Delay(TimeSpan.FromSeconds(15), cancel);
        Stage.Require(await node.ExpectAsync("cat /proc/sys/kernel/random/boot_id", cancel: cancel) == boot, "the node was reset although its lease was renewed");
        await node.ExpectAsync($"systemctl is-active {Guard} && tail -n1 /run/guarded-agent.log | grep -x 'verdict 0'", cancel: cancel);
        stage.Note("guard killed, reloaded and asked to stop while armed: the node lives");
    }

    private static async Task ResetAsync(Stage stage, LabNode node, string what, DateTimeOffset happened, double bound, CancellationToken cancel)
    {
        var reset = await node.WaitEventAsync("WATCHDOG", happened, Patient, cancel);
        var took = (reset.At - happened).TotalSeconds;
        stage.Note(FormattableString.Invariant($"{what}: reset after {took:F1} s (bound {bound:F1} s)"));
        Stage.Require(took <= bound, FormattableString.Invariant($"{what}: {node.Name} was reset after {took:F1} s, the bound is {bound:F1} s"));
        Stage.Require(
            (await File.ReadAllTextAsync(node.Console, cancel)).Contains("nodeagent-guard: the lease ended", StringComparison.Ordinal),
            $"{node.Name}'s console does not say why it is reset");
    }

    private static async Task<double> SecondsAsync(LabNode node, string what, CancellationToken cancel) => double.Parse(
        await node.ExpectAsync(
            $"nodeagent timings -o json | jq -r '[.. | objects | select(has(\"steps\"))][0].steps[] | select(.what | contains(\"{what}\")) | .seconds'",
            Patient, cancel),
        CultureInfo.InvariantCulture);
}
