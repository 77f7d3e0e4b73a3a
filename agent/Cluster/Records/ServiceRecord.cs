namespace NodeAgent.Cluster.Records;

/// <summary>A service as wanted. What it is made of is in the configuration; the digest tells whether all nodes mean the same.</summary>
/// <param name="State">What is wanted.</param>
/// <param name="Nodes">Where it may run, in order; empty: as configured.</param>
/// <param name="ConfigurationDigest">Of the service's configuration, in hexadecimal.</param>
/// <param name="WriteId">Which write this was.</param>
public sealed record ServiceRecord(DesiredState State, IReadOnlyList<string> Nodes, string ConfigurationDigest, string WriteId);
