using NodeAgent.Contract;

namespace NodeAgent.Linux.Services;

/// <summary>
/// One thing that a service starts: a systemd unit, a resource agent, a guest. Everything is idempotent, has a deadline,
/// and ends with a value; only being cancelled throws. "Done" always means that it was seen to be so.
/// </summary>
public interface IServicePart
{
    /// <summary>For people: "systemd unit postgresql.service".</summary>
    string Name { get; }

    /// <summary>True if it is something that can stand still.</summary>
    bool CanFreeze => true;

    /// <summary>Starts it and waits until it runs.</summary>
    Task<Outcome> StartAsync(PartStart start, TimeSpan deadline, CancellationToken cancellation);

    /// <summary>Stops it. A fault means that it may still write: the caller must not give up its lease in peace.</summary>
    Task<Outcome> StopAsync(StopManner manner, TimeSpan deadline, CancellationToken cancellation);

    /// <summary>Makes it stand still where it is. <see cref="FaultCode.Unsupported"/> if it has nothing that can be frozen.</summary>
    Task<Outcome> FreezeAsync(TimeSpan deadline, CancellationToken cancellation);

    /// <summary>Lets it run on.</summary>
    Task<Outcome> ThawAsync(TimeSpan deadline, CancellationToken cancellation);

    /// <summary>How it is. Not being able to look is a sight too: <see cref="PartCondition.Unknown"/>.</summary>
    Task<PartSight> MonitorAsync(TimeSpan deadline, CancellationToken cancellation);
}
