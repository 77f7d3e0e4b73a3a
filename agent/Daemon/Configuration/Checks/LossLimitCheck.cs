using NodeAgent.Core.Leases;
using NodeAgent.Core.Placement;

namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>A service whose copies can be too old for its own limit is told before a takeover waits for an operator.</summary>
internal sealed class LossLimitCheck : IConfigCheck
{
    public void Check(ConfigDraft draft, ProblemList problems)
    {
        if (draft.Sources.IsCopied is not { } isCopied || Timings.Compute(draft.Config.Failover.Choice) is not { IsOk: true, Value: var timings })
        {
            return;
        }

        var copied = draft.Config.Backends.Where(backend => isCopied(backend.Plugin)).Select(backend => backend.Id).ToHashSet();
        foreach (var service in draft.Config.Services.Where(service => service.Nodes.Count != 1 && service.Units.Any(unit => copied.Contains(unit.Backend))))
        {
            Limit(service, timings, draft, problems);
        }
    }

    // No error: who wants to be asked at each loss says so with a limit of nothing, or with this one.
    private static void Limit(ServiceConfig service, Timings timings, ConfigDraft draft, ProblemList problems)
    {
        var interval = draft.Config.Replication.Interval;
        var least = CopyAge.LeastLimit(timings, interval);
        if (service.RpoLimit == TimeSpan.Zero || service.RpoLimit >= least)
        {
            return;
        }

        var path = $"services[{service.Name}]";
        var field = $"{path}.rpo_limit";
        var what = service.RpoLimit <= timings.Lease
            ? $"is {Seconds(service.RpoLimit)}, and a lost node may write until its lease of {Seconds(timings.Lease)} has ended: no copy can be new enough, and unless its power is cut sooner every takeover waits for an operator"
            : $"is {Seconds(service.RpoLimit)}, and with copies made every {Seconds(interval)}, looked at every {Seconds(CopyAge.LookEvery)}, and a lease of {Seconds(timings.Lease)}, up to {Seconds(least)} may be lost: some takeovers wait for an operator";
        problems.Warning(
            draft.PlaceOf(draft.Values.Mentions(field) ? field : path), field, what,
            $"Allow {Math.Ceiling(least.TotalSeconds):0}s and what it takes to send a copy, or choose less for replication.interval, failover.stall or failover.device");
    }

    private static string Seconds(TimeSpan span) => FormattableString.Invariant($"{span.TotalSeconds:0.#} s");
}
