using System.Text;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>Whose a mirrored image is: its metadata, which comes over with it, names the backend.</summary>
internal static unsafe class MirrorOwner
{
    /// <summary>The metadata's key.</summary>
    public const string Key = "nodeagent.backend";

    private const int Most = 512;

    public static Outcome Mark(ImageHandle image, VolumeId volume, string what) =>
        ImageCalls.Done(Rbd.SetMetadata(image, Key, volume.Unit.Backend.Value), what, "image metadata");

    /// <summary>Done if the image is this backend's.</summary>
    public static Outcome Check(ImageHandle image, VolumeId volume, string what)
    {
        var text = stackalloc byte[Most];
        nuint length = Most;
        var owner = Rbd.GetMetadata(image, Key, text, ref length) < 0 ? "" : Encoding.UTF8.GetString(text, (int)Math.Min(length, Most)).TrimEnd('\0');
        return owner == volume.Unit.Backend.Value ? Outcome.Done : new Fault(
            FaultCode.PreconditionFailed, what,
            owner.Length > 0 ? $"{volume} was made by backend {owner}" : $"{volume} does not tell which backend made it: it was mirrored by hand",
            owner.Length > 0 ? $"Call the backend {owner} here, as over there." : $"If it is this one's and no other backend has this pool: rbd image-meta set POOL/IMAGE {Key} {volume.Unit.Backend}", Retry.AfterFix);
    }
}
