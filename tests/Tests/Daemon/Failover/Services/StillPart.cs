using NodeAgent.Contract;
using NodeAgent.Linux.Services;

namespace NodeAgent.Tests.Daemon.Failover.Services;

/// <summary>A part that stands still until it is thawed as often as it wants to be.</summary>
internal sealed class StillPart : IServicePart
{
    public string Name => "still part";

    public bool CanFreeze { get; init; } = true;

    /// <summary>How many thaws are refused before one is done.</summary>
    public int Refuses { get; set; }

    /// <summary>A thaw ends only when it is cancelled.</summary>
    public bool Hangs { get; init; }

    /// <summary>What a cancelled thaw waits for.</summary>
    public TaskCompletionSource? EndsWhenTold { get; init; }

    public bool IsFrozen { get; private set; }

    public int Thaws { get; private set; }

    public int Looks { get; private set; }

    public void Freeze() => IsFrozen = true;

    public Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

    public Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

    public Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        Freeze();
        return Task.FromResult(Outcome.Done);
    }

    public async Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        Thaws++;
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (EndsWhenTold?.Task ?? Task.CompletedTask);
            cancellation.ThrowIfCancellationRequested();
        }

        if (Refuses-- > 0)
        {
            return new Fault(FaultCode.Busy, "cannot thaw", "a freeze is still in progress", "Wait.", Retry.Later);
        }

        IsFrozen = false;
        return Outcome.Done;
    }

    public Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        Looks++;
        return Task.FromResult(new PartSight(IsFrozen ? PartCondition.Frozen : PartCondition.Running, "as it is"));
    }
}
