namespace NodeAgent.Contract;

/// <summary>When trying the same thing again makes sense.</summary>
public enum Retry
{
    /// <summary>Never: the same request will always end this way.</summary>
    Never = 0,

    /// <summary>After somebody mended what the fault names.</summary>
    AfterFix,

    /// <summary>By itself, later, with growing pauses.</summary>
    Later,

    /// <summary>Only after looking at the world again, for the action may have happened.</summary>
    AfterLook,
}
