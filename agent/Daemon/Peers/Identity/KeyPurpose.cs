namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>Extended key usages; a node certificate carries both, because every node calls and is called.</summary>
internal static class KeyPurpose
{
    public const string Server = "1.3.6.1.5.5.7.3.1";
    public const string Client = "1.3.6.1.5.5.7.3.2";
}
