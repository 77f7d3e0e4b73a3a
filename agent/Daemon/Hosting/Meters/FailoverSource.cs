using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>The lease, the watchdog, and the services as the cluster store has them. Nothing where there is no store.</summary>
internal sealed class FailoverSource(FailoverHost? failover, TimeProvider time) : IMetricSource
{
    private readonly BootClock clock = new(time);

    public string Collector => "failover";

    public void Collect(AgentMetrics metrics)
    {
        if (failover is null)
        {
            return;
        }

        var (state, settings) = (failover.Seat.Loop.State, failover.Seat.Loop.Settings);
        metrics.FailoverArmed.Set(state.View?.Record.Arm.IsArmed);
        metrics.LeaseState.Replace(Samples(state.Lease.Standing));
        metrics.LeaseEndTimestamp.Set(state.Session == 0 ? null : UnixTime.Of(time.GetUtcNow() + clock.Until(state.Lease.SentAt.Add(settings.Timings.Lease))));
        CollectGuard(metrics, failover);
        metrics.StoreMemberUp.Replace((failover.Store?.Voters ?? []).Select(voter => new GaugeSample(voter.Problem is null ? 1 : 0, voter.Name)));
        if (state.View is { } view)
        {
            CollectView(metrics, view, settings, isHere: state.Session != 0);
        }
    }

    private static void CollectGuard(AgentMetrics metrics, FailoverHost failover)
    {
        var guard = failover.Guard;
        metrics.WatchdogAttested.Set(guard.IsAttested);
        metrics.WatchdogTimeout.Set(guard.Status?.Watchdog.Timeout.TotalSeconds);
        metrics.GuardMostLate.Set(guard.Status?.MostLate.TotalSeconds);
        if (guard.Status is { } status)
        {
            metrics.GuardFailedFeeds.Follow(status.FailedFeeds);
        }
    }

    private static void CollectView(AgentMetrics metrics, ClusterView view, NodeSettings settings, bool isHere)
    {
        var services = view.Record.Services.Values.ToList();
        metrics.ServiceState.Replace(services.SelectMany(service => Samples(Standings.Of(view, service), service.Policy.Name)));
        metrics.ServiceOwner.Replace(services.Select(service => new GaugeSample(service.Owner?.Node == settings.Self && view.IsHeld(service) ? 1 : 0, service.Policy.Name)));
        metrics.ServiceEpoch.Replace(services.Select(service => new GaugeSample(service.Epoch.Value, service.Policy.Name)));
        // Who takes no part in decisions sees others as they were: those who do tell what would become of a service.
        metrics.ServiceProtected.Replace(services.Where(service => isHere && Standings.Of(view, service) == ServicePhase.Running)
            .Select(service => new GaugeSample(settings.Foresight.IfDead(view, service) is { IsAutomatic: true } ? 1 : 0, service.Policy.Name)));
        metrics.MemberState.Replace(view.Record.Members.Values.SelectMany(member => Samples(Standings.Of(view, member), member.Node.Value)));
    }

    private static IEnumerable<GaugeSample> Samples<T>(T now, params string[] labels)
        where T : struct, Enum => Enum.GetValues<T>().Select(value => new GaugeSample(value.Equals(now) ? 1 : 0, [.. labels, Explanations.Word(value)]));
}
