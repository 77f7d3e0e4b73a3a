namespace NodeAgent.Core.Wishes;

/// <summary>What became of a wish.</summary>
public enum WishAnswer
{
    /// <summary>It is in the store.</summary>
    Done = 0,

    /// <summary>What it rested on has changed: look at the store again.</summary>
    Refused,

    /// <summary>No answer: it may have happened.</summary>
    Unknown,
}
