namespace NodeAgent.Plugins.LinstorBackend.Certificates;

/// <summary>A certificate as it was read, with what is needed to replace it.</summary>
/// <param name="Certificate">What it says; null: there is none, the resource was never adopted.</param>
/// <param name="Version">The note's version.</param>
internal sealed record Certified(Certificate? Certificate, long Version);
