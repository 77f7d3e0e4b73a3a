namespace NodeAgent.Simulation.Judging;

/// <summary>A volume as its writer knows it.</summary>
/// <param name="Content">What was written.</param>
/// <param name="MadeAt">The moment it was made.</param>
internal sealed record TrueVolume(byte[] Content, long MadeAt);
