namespace NodeAgent.Cluster.Records;

/// <summary>What an operator wants of a service.</summary>
public enum DesiredState
{
    /// <summary>It shall not run.</summary>
    Stopped = 0,

    /// <summary>It shall run somewhere.</summary>
    Running,

    /// <summary>It is left as it is.</summary>
    Unmanaged,
}
