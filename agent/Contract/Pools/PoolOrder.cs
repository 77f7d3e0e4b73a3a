namespace NodeAgent.Contract;

/// <summary>A pool that is wanted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Intent">What it is for.</param>
public sealed record PoolOrder(string Name, PoolIntent Intent);
