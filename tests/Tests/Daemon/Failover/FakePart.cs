using NodeAgent.Contract;
using NodeAgent.Linux.Services;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A program that writes into the unit's volume; it starts only where that can be written.</summary>
internal sealed class FakePart(Func<bool> isWritable) : IServicePart
{
    public string Name => "fake part";

    public bool IsRunning { get; private set; }

    public bool IsFrozen { get; private set; }

    public int Starts { get; private set; }

    public int Stops { get; private set; }

    public PartStart LastStart { get; private set; }

    public Fault? StopFault { get; set; }

    /// <summary>How long it takes to say that it stopped.</summary>
    public Func<Task> AfterStop { get; set; } = () => Task.CompletedTask;

    public Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation)
    {
        if (!isWritable())
        {
            return Task.FromResult(Outcome.Failed(new Fault(FaultCode.PreconditionFailed, "cannot start", "its volume is not there", "Open it.", Retry.AfterFix)));
        }

        (IsRunning, LastStart) = (true, start);
        Starts++;
        return Task.FromResult(Outcome.Done);
    }

    public async Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation)
    {
        if (IsRunning && StopFault is { } fault)
        {
            return Outcome.Failed(fault);
        }

        Stops += IsRunning ? 1 : 0;
        (IsRunning, IsFrozen) = (false, false);
        await AfterStop();
        return Outcome.Done;
    }

    public Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        IsFrozen = IsRunning;
        return Task.FromResult(Outcome.Done);
    }

    public Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        IsFrozen = false;
        return Task.FromResult(Outcome.Done);
    }

    public Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation) =>
        Task.FromResult(new PartSight(IsFrozen ? PartCondition.Frozen : IsRunning ? PartCondition.Running : PartCondition.Stopped, "as it is"));

    /// <summary>The machine it ran on is off.</summary>
    public void Die() => (IsRunning, IsFrozen) = (false, false);
}
