namespace NodeAgent.Cluster.Setup;

/// <summary>A place in the etcd: a node, or the witness.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Address">Where others reach it: an IP address that its certificate holds; etcd listens on no names.</param>
/// <param name="IsWitness">True for a box without agent: it has a vote and nothing else.</param>
public sealed record EtcdSeat(string Name, string Address, bool IsWitness = false)
{
    // Not etcd's own ports: Debian's etcd.service, or any other etcd of the machine, may have those.
    private const int ClientPort = 7411;
    private const int PeerPort = 7412;

    /// <summary>Where other members find it.</summary>
    public string PeerUrl => $"https://{Host}:{PeerPort}";

    /// <summary>Where clients find it.</summary>
    public string ClientUrl => $"https://{Host}:{ClientPort}";

    private string Host => Address.Contains(':') ? $"[{Address}]" : Address;
}
