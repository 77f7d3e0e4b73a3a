using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Rehearsal;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Tests.Core.Placement;

/// <summary>What survivors foretold just before a writer died, held against what they then do.</summary>
[TestClass]
public sealed class ForetoldLossTests
{
    private static readonly string[] Names = ["n1", "n2", "n3"];

    [TestMethod]
    [DataRow(4, 5, 10)]
    [DataRow(4, 5, 12)]
    [DataRow(4, 10, 20)]
    [DataRow(4, 5, 40)]
    [DataRow(72, 60, 120)]
    [DataRow(72, 60, 170)]
    [DataRow(4, 60, 120)]
    public void What_is_foretold_to_go_by_itself_does_and_loses_no_more_than_was_said(double device, double every, double limit)
    {
        for (var (cut, seed) = (70.0, 1L); cut < 70 + (2 * every); (cut, seed) = (cut + (every / 9), seed + 1))
        {
            var (foretold, taken) = Run(TimeSpan.FromSeconds(device), TimeSpan.FromSeconds(every), TimeSpan.FromSeconds(limit), TimeSpan.FromSeconds(cut), seed);
            Assert.HasCount(2, foretold, "both survivors foretell");
            foreach (var (node, prospect) in foretold)
            {
                var what = FormattableString.Invariant($"cut at {cut:0.##} s, {node}: '{prospect.Text}'; taken with {taken?.TotalSeconds:0.##} s");
                Assert.IsTrue(!prospect.IsAutomatic || taken is not null, what);
                Assert.IsTrue(prospect.Next is null || taken is null || taken <= prospect.Loss, what);
            }
        }
    }

    private static (Dictionary<string, Prospect> Foretold, TimeSpan? Taken) Run(TimeSpan device, TimeSpan every, TimeSpan limit, TimeSpan cut, long seed)
    {
        var policy = new ServicePolicy("db", [.. Names.Select(name => new NodeId(name))]) { LossLimit = limit };
        var plan = new RehearsalPlan(
            [.. Names.Select(name => new NodePlan(name))], [new ServicePlan(policy) { IsNew = false, On = "n1", CopyEvery = every }],
            [new Happening(cut, HappeningKind.PowerOff, "n1")])
        {
            Seed = seed, Length = cut + TimeSpan.FromMinutes(3), Choice = new TimingChoice(TimingChoice.DefaultStall, device),
        };
        // Clocks of machines that are on from the beginning begin at 1 s.
        var end = new Instant(1_000_000_000).Add(cut);
        var foretold = new Dictionary<string, Prospect>(StringComparer.Ordinal);
        TimeSpan? taken = null;
        var report = Rehearsing.Run(plan, (settings, state, input, now) =>
        {
            var decision = NodeMachine.Step(settings, state, input, now);
            if (now < end && settings.Self.Value != "n1" && decision.Next.View is { } view && view.Record.Service("db") is { } service
                && settings.Foresight.IfDead(view, service) is { } prospect)
            {
                foretold[settings.Self.Value] = prospect;
            }

            taken ??= now < end ? null : decision.Effects.OfType<NodeEffect.Ask>().Select(ask => ask.Wish).OfType<Wish.Take>().Select(take => (TimeSpan?)take.Loss).FirstOrDefault();
            return decision;
        });
        Assert.IsTrue(report.IsOk, report.Fault?.ToString());
        Assert.IsEmpty(report.Value.Violations);
        return (foretold, taken);
    }
}
