namespace NodeAgent.Cluster.Setup;

/// <summary>A place in the etcd: a node, or the witness.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Address">Where others reach it: an IP address that its certificate holds; etcd listens on no names.</param>
public sealed record EtcdSeat(string Name, string Address)
{
    /// <summary>Where other members find it.</summary>
    public string PeerUrl => $"https://{Host}:2380";

    /// <summary>Where clients find it.</summary>
    public string ClientUrl => $"https://{Host}:2379";

    private string Host => Address.Contains(':') ? $"[{Address}]" : Address;
}
