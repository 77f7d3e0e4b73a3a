using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Views;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Simulation.Failover;

/// <summary>Makes a plan of a seed. Most kinds of trouble are switched off in each, the rest come often. What is drawn here stays as it is; more is in <see cref="SwarmExtras"/>.</summary>
internal static class SwarmMaker
{
    private const int Stream = 1000;

    private static readonly HappeningKind[] Kinds =
    [
        HappeningKind.PowerOff, HappeningKind.PowerOn, HappeningKind.Cut, HappeningKind.Restore, HappeningKind.CutPair, HappeningKind.RestorePair,
        HappeningKind.CutOneWay, HappeningKind.Slow, HappeningKind.Freeze, HappeningKind.Thaw, HappeningKind.Stall, HappeningKind.RestartAgent, HappeningKind.Reset,
        HappeningKind.Reboot, HappeningKind.Shutdown, HappeningKind.StoreLoss, HappeningKind.StoreBack, HappeningKind.Drain, HappeningKind.Undrain,
        HappeningKind.Move, HappeningKind.StopService, HappeningKind.StartService, HappeningKind.AcceptLoss, HappeningKind.Disarm, HappeningKind.Arm,
        HappeningKind.Break, HappeningKind.FailStart, HappeningKind.FailPromote, HappeningKind.FailStop, HappeningKind.Mend,
        HappeningKind.LoseWatchdog, HappeningKind.FenceFails, HappeningKind.StopCopying, HappeningKind.ResumeCopying,
    ];

    public static RehearsalPlan Make(long seed) => SwarmExtras.Add(MakeOld(seed));

    private static RehearsalPlan MakeOld(long seed)
    {
        var draw = new Chances(seed, Stream);
        var nodes = Nodes(draw);
        var services = Services(draw, nodes);
        var happenings = Happenings(draw, nodes, services);
        return new RehearsalPlan(nodes, services, happenings)
        {
            Seed = seed,
            Choice = TimingChoice.Of(TimeSpan.FromSeconds(draw.Below(2) == 0 ? 4 : 2)),
            CalmFrom = TimeSpan.FromMinutes(10),
            // What goes back to better nodes goes one after the other, a minute apart.
            Length = TimeSpan.FromMinutes(20),
        };
    }

    private static ImmutableArray<NodePlan> Nodes(Chances draw)
    {
        var count = 2 + draw.Below(4);
        var hasFences = draw.Below(3) == 0;
        var nodes = Enumerable.Range(1, count).Select(number => new NodePlan($"n{number}")
        {
            ClockError = draw.Below(1001) - 500,
            HasWatchdog = draw.Below(6) != 0,
            CanBeFenced = hasFences && draw.Below(4) != 0,
        }).ToList();
        if (count % 2 == 0)
        {
            nodes.Add(new NodePlan("w1") { HasAgent = false });
        }

        return [.. nodes];
    }

    private static ImmutableArray<ServicePlan> Services(Chances draw, ImmutableArray<NodePlan> nodes)
    {
        var names = nodes.Where(node => node.HasAgent).Select(node => new NodeId(node.Name)).ToList();
        return [.. Enumerable.Range(1, 1 + draw.Below(4)).Select(number =>
        {
            var order = names.Skip(draw.Below(names.Count)).Concat(names).Distinct().Take(2 + draw.Below(names.Count - 1)).ToImmutableArray();
            var hasCopies = draw.Below(4) != 0;
            var service = new ServicePlan(new ServicePolicy($"s{number}", order)
            {
                HasCopies = hasCopies,
                StorageExcludes = !hasCopies && draw.Below(2) == 0,
                LossLimit = TimeSpan.FromSeconds(draw.Below(3) == 0 ? 10 : 600),
                FailsBack = draw.Below(4) == 0,
                Spreads = draw.Below(4) == 0,
                OnNodeStop = (NodeStopPolicy)draw.Below(3),
                Apart = number > 1 && draw.Below(6) == 0 ? ["s1"] : [],
                With = number > 2 && draw.Below(6) == 0 ? ["s2"] : [],
            }) { CopyEvery = TimeSpan.FromSeconds(1 + draw.Below(20)) };

            // Nothing is drawn for that: every other plan stays as it was.
            return service with { IsSynchronous = hasCopies && service.CopyEvery.Seconds % 3 == 0 };
        })];
    }

    private static ImmutableArray<Happening> Happenings(Chances draw, ImmutableArray<NodePlan> nodes, ImmutableArray<ServicePlan> services)
    {
        var weights = Kinds.Select(kind => (Kind: kind, Weight: draw.Below(3) == 0 ? 1 + draw.Below(20) : 0)).Where(kind => kind.Weight > 0).ToList();
        // What decides about safety comes in every second plan.
        if (draw.Below(2) == 0)
        {
            weights.Add((HappeningKind.Freeze, 6));
            weights.Add((nodes.Any(node => node.CanBeFenced) ? HappeningKind.FenceFails : HappeningKind.Slow, 6));
            weights.Add((HappeningKind.Cut, 3));
        }

        if (weights.Count == 0)
        {
            return [];
        }

        var all = weights.SelectMany(kind => Enumerable.Repeat(kind.Kind, kind.Weight)).ToList();
        var agents = nodes.Where(node => node.HasAgent).ToList();
        return [.. Enumerable.Range(0, 1 + draw.Below(40)).Select(_ => new Happening(TimeSpan.FromSeconds(5 + (draw.Share() * 590)), all[draw.Below(all.Count)])
        {
            Node = agents[draw.Below(agents.Count)].Name,
            Other = nodes[draw.Below(nodes.Length)].Name,
            Service = services[draw.Below(services.Length)].Policy.Name,
            For = TimeSpan.FromSeconds(draw.Share() * (draw.Below(2) == 0 ? 4 : 40)),
        }).Select(Ordered).Select(what => OfDisks(what, services)).OrderBy(happening => happening.At)];
    }

    // Storage that writes its copies at once is not copied by anybody: its disks fail instead. Nothing is drawn for that either.
    private static Happening OfDisks(Happening what, ImmutableArray<ServicePlan> services) =>
        what.Kind == HappeningKind.StopCopying && services.Any(service => service.IsSynchronous && service.Policy.Name == what.Service) ? what with { Kind = HappeningKind.LoseDisk } : what;

    // Of agents that end half are replaced in order. Nothing is drawn for that: every other plan stays as it was.
    private static Happening Ordered(Happening what) =>
        what.Kind == HappeningKind.RestartAgent && what.At.Milliseconds % 2 == 0 ? what with { Kind = HappeningKind.ReplaceAgent } : what;
}
