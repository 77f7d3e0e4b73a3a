namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>What two agents tell each other first, and again with every probe.</summary>
internal sealed record Hello(
    int Protocol, string Version, string Cluster, string Node, long MembersVersion, string BootId, long UnixMilliseconds)
{
    /// <summary>Raised when old and new agents can no longer understand each other.</summary>
    public const int CurrentProtocol = 1;

    public const string Route = "hello";
}
