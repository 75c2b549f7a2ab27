/// <reference types="vite/client" />
import icon from '../../resources/icon.svg?no-inline';

/** The app's icon; decoration beside its name. */
export function BrandMark({ className }: { readonly className: string }) {
  return <img src={icon} alt="" draggable={false} className={className} />;
}
