using System.Security.Cryptography;
using NodeAgent.Lab.Failover;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The node that has the service loses power under write load, again and again; a survivor answers.</summary>
public class PullThePlugScenario : FailoverScenario
{
    public override string Name => "pull-the-plug";

    public override string About => "power cut of the active node of a PostgreSQL under write load: a survivor answers, and no more is lost than was stated";

    /// <summary>Within how many seconds a survivor must answer at the worst.</summary>
    protected virtual double Bar => 14;

    /// <summary>What else is to be kept of a takeover.</summary>
    protected virtual Task TakenAsync(FailoverPlay play, Takeover takeover, DateTimeOffset cut, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>The worst time on processors that are so many times faster.</summary>
    protected virtual double WorstNative(FailoverPlay play, double slowdown) => play.Takeovers.Max(one => one.NativeSeconds(slowdown));

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        for (var run = 1; run <= Repeats(1); run++)
        {
            // One fault at a time: it is not safe while another member of the store is on its way up.
            var active = await play.SafeAsync(cancel, TimeSpan.FromMinutes(6));
            var foretold = (await play.SeenAsync(cancel))?.IfNodeDies;

            // Not always at the same moment of a copy, a group or a checkpoint.
            await Task.Delay(RandomNumberGenerator.GetInt32(0, 6000), cancel);
            play[active].PowerCut();
            var cut = DateTimeOffset.UtcNow;
            play.Stage.Note($"run {run}: before it was said: if node{active} died now: {foretold}");
            await TakenAsync(play, await play.TakenOverAsync(active, cut, cancel), cut, cancel);
            await play[active].PowerOnAsync(cancel);
            await play[active].WaitReadyAsync(cancel);
        }

        await SumUpAsync(play, cancel);
    }

    private async Task SumUpAsync(FailoverPlay play, CancellationToken cancel)
    {
        var node = await play.SafeAsync(cancel, TimeSpan.FromMinutes(6));
        var slowdown = await Slowdown.MeasureAsync(play[node], cancel);
        var (emulated, native) = (play.Takeovers.Max(one => one.RtoSeconds), WorstNative(play, slowdown));
        play.Stage.Note(FormattableString.Invariant(
            $"{play.Takeovers.Count} runs, S = {Stall} s: at the worst {emulated:F1} s as emulated, about {native:F1} s at native speed (processors here are {slowdown:F0} times slower)"));
        if (PeerFigures.Read() is { } peer)
        {
            // The peer's figures are of another run on this machine: told, and no reason to fail.
            play.Stage.Note(FormattableString.Invariant($"pacemaker's worst on this machine: {peer.Emulated:F1} s as emulated, about {peer.Native:F1} s at native speed: {peer.Emulated / emulated:F2} and {peer.Native / native:F2} times ours, bar: 1.5, {(peer.Native >= 1.5 * native ? "met" : "missed")} at native speed"));
        }

        play.Stage.Judge($"a survivor answers, the worst of {play.Takeovers.Count} (issue 3 asks for 10), estimated for native speed,", native, Bar, SlackStall);
    }
}
