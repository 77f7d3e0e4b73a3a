namespace NodeAgent.Daemon.Configuration;

/// <summary>One thing that a service starts.</summary>
/// <param name="Name">Its name in the service.</param>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="What">The systemd unit, PROVIDER:TYPE, or the guest's number; checked to fit the kind.</param>
/// <param name="StartTimeout">The most that its start may take.</param>
/// <param name="StopTimeout">The most that its stop may take.</param>
/// <param name="Parameters">Of a resource agent.</param>
internal sealed record PartConfig(
    string Name,
    PartKind Kind,
    string What,
    TimeSpan StartTimeout,
    TimeSpan StopTimeout,
    IReadOnlyDictionary<string, string> Parameters);
