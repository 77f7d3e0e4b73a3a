using NodeAgent.Contract;

namespace NodeAgent.Linux.Services;

/// <summary>A part that did not do what it should.</summary>
/// <param name="Part">Its name.</param>
/// <param name="Fault">Why.</param>
public sealed record PartFailure(string Part, Fault Fault);
