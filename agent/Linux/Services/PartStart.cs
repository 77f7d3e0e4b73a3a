namespace NodeAgent.Linux.Services;

/// <summary>Why a part is started.</summary>
public enum PartStart
{
    /// <summary>It was stopped in an orderly way, here or elsewhere.</summary>
    Ordinary = 0,

    /// <summary>The node that ran it was fenced: what it left behind, such as a guest's lock, belongs to nobody any more.</summary>
    AfterFence = 1,
}
