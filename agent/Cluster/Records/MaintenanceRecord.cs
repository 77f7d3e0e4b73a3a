namespace NodeAgent.Cluster.Records;

/// <summary>A node that shall be left alone.</summary>
/// <param name="By">Who asked.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Wall-clock time, for people only.</param>
/// <param name="WriteId">Which write this was.</param>
public sealed record MaintenanceRecord(string By, string Reason, DateTimeOffset Since, string WriteId);
