namespace NodeAgent.Core.Views;

/// <summary>What happens to a service when its node is shut down in order.</summary>
public enum NodeStopPolicy
{
    /// <summary>It moves to another node first.</summary>
    Move = 0,

    /// <summary>It is stopped, and starts on whichever node is best.</summary>
    Stop,

    /// <summary>It is stopped and kept for this node, which is expected back.</summary>
    Freeze,
}
