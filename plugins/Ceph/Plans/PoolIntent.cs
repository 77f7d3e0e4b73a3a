namespace NodeAgent.Plugins.CephBackend.Plans;

/// <summary>What a pool is for.</summary>
internal enum PoolIntent
{
    /// <summary>Small writes that must be quick: copies.</summary>
    Hot = 0,

    /// <summary>Large and seldom written: erasure coding where there are nodes enough for two coding chunks.</summary>
    Cold,
}
