namespace NodeAgent.Contract;

/// <summary>What a pool is for.</summary>
public enum PoolIntent
{
    /// <summary>Small writes that must be quick.</summary>
    Hot = 0,

    /// <summary>Large and seldom written.</summary>
    Cold,
}
