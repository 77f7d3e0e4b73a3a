namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>A disk of the cluster.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Host">The host it is in, by the CRUSH map; empty if unknown.</param>
/// <param name="IsUp">What the monitors believe.</param>
/// <param name="IsIn">True if data is meant to be on it.</param>
/// <param name="IsSilent">True if it did not answer us, whatever the monitors believe.</param>
/// <param name="Bytes">Its size; null if nobody told.</param>
/// <param name="UsedBytes">What is used of it; null if nobody told.</param>
internal sealed record OsdState(int Id, string Host, bool IsUp, bool IsIn, bool IsSilent, long? Bytes, long? UsedBytes);
