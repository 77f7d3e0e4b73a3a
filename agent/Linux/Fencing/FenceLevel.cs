namespace NodeAgent.Linux.Fencing;

/// <summary>Devices that cut a node's power together, such as one for each of its power supplies: all must confirm.</summary>
/// <param name="Devices">At least one; switched off one after the other.</param>
public sealed record FenceLevel(IReadOnlyList<FenceDevice> Devices);
