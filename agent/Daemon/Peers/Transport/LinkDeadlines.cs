namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Deadlines of links.</summary>
internal sealed record LinkDeadlines
{
    /// <summary>TCP and TLS handshake together.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A call with small messages, on one path.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A data stream that does not move.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From the last byte sent to the peer's answer: it may have much to write out first.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Between two probes of a path.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>One probe.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(3);
}
