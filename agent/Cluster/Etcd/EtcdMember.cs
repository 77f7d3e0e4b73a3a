namespace NodeAgent.Cluster.Etcd;

/// <summary>A member of the etcd, as the etcd has it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name; empty until it started for the first time.</param>
/// <param name="PeerUrls">Where other members find it.</param>
/// <param name="ClientUrls">Where clients find it.</param>
/// <param name="IsLearner">True while it only copies and has no vote.</param>
public sealed record EtcdMember(ulong Id, string Name, IReadOnlyList<string> PeerUrls, IReadOnlyList<string> ClientUrls, bool IsLearner);
