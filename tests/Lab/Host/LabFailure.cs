namespace NodeAgent.Lab.Host;

/// <summary>Something in the lab did not happen as it must. Ends a scenario; its message is what people read.</summary>
public sealed class LabFailure : Exception
{
    public LabFailure(string message)
        : base(message)
    {
    }

    public LabFailure(string message, Exception cause)
        : base(message, cause)
    {
    }
}
