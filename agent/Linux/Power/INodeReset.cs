namespace NodeAgent.Linux.Power;

/// <summary>Ends this machine's run at once, without stopping anything in order.</summary>
public interface INodeReset
{
    /// <summary>Resets. Where it works it does not return.</summary>
    void Reset(string reason);
}
