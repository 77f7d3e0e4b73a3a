namespace NodeAgent.Contract;

/// <summary>What a backend is. Known without looking at the storage.</summary>
/// <param name="Kind">The plugin's id: "zfs".</param>
/// <param name="Capabilities">What it promises.</param>
/// <param name="Fence">What keeps an old writer from writing.</param>
public sealed record BackendDescription(string Kind, Capabilities Capabilities, FenceStrength Fence);
