namespace NodeAgent.Contract;

/// <summary>How far the replacement of a drive is.</summary>
public enum DriveReplacementStage
{
    /// <summary>Nobody has ordered it.</summary>
    NotOrdered = 0,

    /// <summary>Ordered; what the old drive held is not on the new one yet.</summary>
    Copying,

    /// <summary>Everything is on the new drive, and was seen there.</summary>
    Done,
}
