namespace NodeAgent.Lab.Failover;

/// <summary>A row of which a server said that it is committed; times are the host's.</summary>
public sealed record Acknowledgement(int Node, long Number, DateTimeOffset Sent, DateTimeOffset Heard);
