namespace NodeAgent.Core.Views;

/// <summary>What an operator wants of a service.</summary>
public enum WantedState
{
    /// <summary>It shall run somewhere.</summary>
    Running = 0,

    /// <summary>It shall not run.</summary>
    Stopped,

    /// <summary>It is left as it is.</summary>
    Unmanaged,
}
