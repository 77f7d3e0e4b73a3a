namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>The issuer's answer to a join or a renewal: the certificate (DER) and the signed member list.</summary>
internal sealed record CertificateAnswer(byte[] Certificate, byte[] Members);
